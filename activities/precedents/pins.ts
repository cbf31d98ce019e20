/** Rolling a product's index of precedents back to what it was for an earlier session, and forward again. */
import { opsIndexPins, pinRow } from '../../graph/precedents/indexPinsTable';
import type { Lake } from '../../lake/lake';

/** Trade date the product's index is rolled back to; undefined: it is not. */
export async function pinnedTo(lake: Lake, product: string): Promise<string | undefined> {
  const [row] = await lake.table(opsIndexPins).readRows({ partition: { product } });
  return row?.as_of as string | undefined;
}

/**
 * Replaces the pin of a product in one commit.
 * @param asOf trade date; undefined: the latest index is used
 */
export async function pin(lake: Lake, product: string, asOf: string | undefined): Promise<void> {
  const rows = asOf === undefined ? [] : [pinRow({ asOf, pinnedAt: BigInt(Date.now()) * 1_000_000n })];
  await lake.table(opsIndexPins).overwritePartition({ product }, rows, {
    operation: asOf === undefined ? 'use the latest index' : `roll the index back to ${asOf}`,
    lineage: { inputs: [], codeVersion: '1', digest: asOf ?? 'latest', workflowId: 'local', runId: '' },
  });
}
