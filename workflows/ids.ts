/** Workflow ids. The one of a build is the lock of what it builds: Temporal runs one workflow of an id at a time. */
import type { Layer } from '../graph/datasets/layers';
import { lockOf, type Scope } from '../graph/planning/scope';

/** `build-holiday-3f9a2c-ESH4-2024-01-02`, `build-holiday-3f9a2c-ES-normalisation`. */
export const buildId = (lake: string, scope: Scope, layers: readonly Layer[]) =>
  `build-${lake}-${lockOf(scope, layers)}`;

/** `backfill-holiday-3f9a2c-ES-2024-01-02-2024-03-28`: the same range of a lake asked for twice is noticed. */
export const backfillId = (
  lake: string,
  { symbol, start, end }: { symbol: string; start: string; end: string },
) => `backfill-${lake}-${symbol}-${start}-${end}`;

/** `nightly-build-holiday-3f9a2c`: a lake's schedule of a name in `temporal.yaml`. */
export const scheduleId = (lake: string, name: string) => `${name}-${lake}`;

/** `retrain-holiday-3f9a2c-ES`: one training of a product at a time. */
export const retrainId = (lake: string, product: string) => `retrain-${lake}-${product}`;

/** `session-holiday-3f9a2c-ES-2024-03-06`: one of a product and trade date at a time. */
export const sessionId = (lake: string, product: string, tradeDate: string) =>
  `session-${lake}-${product}-${tradeDate}`;
