/** The normalisation of a contract-date's vectors: from the vectors of earlier sessions that are published by then. */
import { goldVectors } from '../../graph/vectors/vectorsTable';
import { FEATURE_TABLE } from '../../graph/vectors/features';
import {
  fitNormalisation,
  LOOK_BACK,
  type Normalisation,
  type PastVector,
} from '../../graph/vectors/normalise';
import { parseSymbol } from '../../graph/products/products';
import type { Lake } from '../../lake/lake';

/** Null before there are earlier sessions; contracts of the same product count alike. */
export async function earlierNormalisation(
  lake: Lake,
  contract: string,
  tradeDate: string,
  signal: AbortSignal,
): Promise<Normalisation | null> {
  const table = lake.table(goldVectors);
  const root = rootOf(contract);
  const partitions = (await table.snapshot()).partitions().flatMap(({ values }) => {
    const { contract: symbol, trade_date: session } = values;
    if (!symbol || !session || session >= tradeDate || rootOf(symbol) !== root) return [];
    return [{ contract: symbol, trade_date: session }];
  });
  const sessions = [...new Set(partitions.map((partition) => partition.trade_date))].sort().slice(-LOOK_BACK);
  const past: PastVector[] = [];
  for (const partition of partitions.filter((known) => sessions.includes(known.trade_date)))
    for await (const { rowCount, columns } of table.readPartition(partition, {
      columns: ['feature_table', 'raw'],
      signal,
    }))
      for (let i = 0; i < rowCount; i++)
        // Vectors of another table of features are not comparable.
        if ((columns.feature_table as string[])[i] === FEATURE_TABLE)
          past.push({ session: partition.trade_date, raw: (columns.raw as Float32Array[])[i] });
  return fitNormalisation(past, tradeDate);
}

function rootOf(symbol: string): string {
  const parsed = parseSymbol(symbol);
  return parsed.kind === 'outright' ? parsed.product.root : symbol;
}
