/** The interface of operators that compute a partition from whole partitions of other datasets. */
import type { TableBatch } from './schema';
import type { PartitionKey } from './units';

/** Rows of one upstream partition. */
export interface PartitionRows {
  readonly key: PartitionKey;
  readonly batches: readonly TableBatch[];
}

/** Computed from rows of other partitions, all of them in memory. */
export interface RowsOperator {
  readonly kind: 'rows';
  /** Path of its source file, without the ending. */
  readonly module: string;
  /**
   * @param key the partition to compute
   * @param upstream rows by dataset, in order of date and key
   * @returns a batch for each dataset of the operator; null where there is nothing to compute from, with the reason
   */
  readonly compute: (
    key: PartitionKey,
    upstream: ReadonlyMap<string, readonly PartitionRows[]>,
  ) => TableBatch[] | { readonly nothing: string };
}
