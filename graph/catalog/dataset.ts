/**
 * The declaration of a dataset. Order of building, digests, staleness, plans, publication, lineage, documentation, as-of and parity
 * verification all derive from it (`DatasetGraph`, and what reads it).
 */
import type { FeatureSettings } from '../settings';
import type { SessionOperator } from '../session/operators';
import type { Layer } from '../datasets/layers';
import type { RowsOperator } from '../datasets/rowsOperator';
import type { ColumnData, TableContract } from '../datasets/schema';
import type { Unit } from '../datasets/units';

/**
 * Which partitions of an upstream dataset a partition is computed from:
 * - `same`: of the same contract (or product) on the same trade date,
 * - `previous`: of the same on the trade date before,
 * - `earlier`: of the same product on the last `earlier` trade dates before, as far as they are published,
 * - `overlapping`: every raw file whose records overlap the window.
 */
export type UpstreamPartitions = 'same' | 'previous' | 'overlapping' | { readonly earlier: number };

export interface Upstream {
  readonly dataset: string;
  readonly partitions: UpstreamPartitions;
  /** Columns that are read; all, where none are named. */
  readonly columns?: readonly string[];
}

/** When a row was known, in event time: it must not depend on anything later. */
export interface KnownAt {
  /** Column with the instant, ns UTC. */
  readonly column: string;
  /** Whether that is a bar's start, and the row known at its end. */
  readonly atBarEnd?: true;
  /** Columns with the instant at which the row's interval ends: their value is known from that instant on. */
  readonly open?: readonly string[];
  /** Rows that were never known, such as those the end of the data made. */
  readonly except?: (columns: Readonly<Record<string, ColumnData>>, i: number) => boolean;
}

/** Computed by a driver that reads what lies outside the lake's tables, or written by the system about its own work. */
export interface DriverOperator {
  readonly kind: 'driver';
  readonly module: string;
}

export type DatasetOperator = SessionOperator | RowsOperator | DriverOperator;

export interface Dataset {
  /** `namespace.table`. */
  readonly name: string;
  /** `raw` comes from outside, `ops` is what the system keeps about its own work; the rest are built. */
  readonly layer: 'raw' | Layer | 'ops';
  readonly unit: Unit;
  readonly description: string;
  /** Schema, keys and partitioning; absent for what comes from outside. */
  readonly table?: TableContract;
  readonly upstream: readonly Upstream[];
  /** Parts of the settings its rows depend on; its operator is given no other. */
  readonly settings: readonly (keyof FeatureSettings)[];
  /** Datasets of one operator are computed together. */
  readonly operator: DatasetOperator;
  /** Raised whenever the operator computes other rows from the same input: what was built before is then stale. */
  readonly codeVersion: number | string;
  /** Absent where rows have no time of their own (raw files, Bronze) or are known before their partition begins. */
  readonly known?: KnownAt;
}
