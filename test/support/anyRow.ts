/** Rows of any contract, for tests of how columns are stored rather than of what they mean. */
import type { Row, TableContract } from '../../graph/datasets/schema';

/** Row `i`: in every column another value than in the other rows, as far as its type has so many. */
export function anyRow(contract: TableContract, i: number): Row {
  const row: Row = {};
  contract.columns.forEach(({ name, type, nullable, oneOf, range }, k) => {
    if (nullable && (i + k) % 3 === 0) row[name] = null;
    else if (type === 'int64') {
      const wide = 1_703_548_799_446_821_072n + BigInt(i * 31 + k);
      const fits = range?.max === undefined || wide <= range.max;
      row[name] = fits ? wide : BigInt(((i * 31 + k) % 1_000_000) + 1);
    } else if (type === 'int32') row[name] = i * 13 + k - (range?.min === 0 ? 0 : 50);
    else if (type === 'int16') row[name] = ((i * 13 + k) % 60_000) - 30_000;
    else if (type === 'double') row[name] = range?.max === 1 ? 1 / (i + k + 2) : (i + 1) / (k + 3);
    else if (type === 'boolean') row[name] = (i + k) % 2 === 0;
    else if (type === 'string') row[name] = oneOf ? oneOf[i % oneOf.length] : `${name} ${i}`;
    else if (type === 'date') row[name] = `2023-12-${10 + (i % 20)}`;
    else if (type === 'binary') row[name] = new Uint8Array([i & 255, k & 255, (i >> 8) & 255]);
    else row[name] = new Float32Array([i, k]);
  });
  return row;
}

/** A partition of any contract. */
export const anyPartition = ({ partitionBy, columns }: TableContract): Record<string, string> =>
  Object.fromEntries(
    partitionBy.map((name) => {
      const column = columns.find((candidate) => candidate.name === name);
      if (column?.type === 'date') return [name, '2023-12-26'];
      if (column?.type === 'int32') return [name, '7'];
      return [name, column?.oneOf?.[0] ?? 'ESH4'];
    }),
  );
