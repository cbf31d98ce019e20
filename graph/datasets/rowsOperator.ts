/** The interface of operators that compute a partition from whole partitions of other datasets. */
import type { FeatureSettings } from '../settings';
import type { TableBatch } from './schema';
import type { PartitionKey } from './units';

/** Rows of one upstream partition. */
export interface PartitionRows {
  readonly key: PartitionKey;
  readonly batches: readonly TableBatch[];
  /** Names the code and settings that everything in the partition was built by; rows of others are other measurements. */
  readonly made: string;
}

/** Those built by the same code and settings as the last of them. */
export const alike = (partitions: readonly PartitionRows[]): PartitionRows[] =>
  partitions.filter(({ made }) => made === partitions.at(-1)!.made);

/** Computed from rows of other partitions, all of them in memory. */
export interface RowsOperator {
  readonly kind: 'rows';
  /** Path of its source file, without the ending. */
  readonly module: string;
  /**
   * @param key the partition to compute
   * @param upstream rows by dataset, in order of date and key
   * @param settings as they hold for the product; it depends on no part that its entry does not name
   * @returns a batch for each dataset of the operator; null where there is nothing to compute from, with the reason
   */
  readonly compute: (
    key: PartitionKey,
    upstream: ReadonlyMap<string, readonly PartitionRows[]>,
    settings: FeatureSettings,
  ) => TableBatch[] | { readonly nothing: string };
}
