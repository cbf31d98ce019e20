/** Workflow ids. The one of a build is the lock of what it builds: Temporal runs one workflow of an id at a time. */
import type { Layer } from '../graph/datasets/layers';
import { lockOf, type Scope } from '../graph/planning/scope';

/** `build-ESH4-2024-01-02`, `build-ES-normalisation`. */
export const buildId = (scope: Scope, layers: readonly Layer[]) => `build-${lockOf(scope, layers)}`;

/** `backfill-ES-2024-01-02-2024-03-28`: the same range asked for twice is noticed. */
export const backfillId = ({ symbol, start, end }: { symbol: string; start: string; end: string }) =>
  `backfill-${symbol}-${start}-${end}`;
