/** How a product's vectors are normalised on a trade date, from the published vectors of the sessions before it. */
import type { PartitionRows, RowsOperator } from '../datasets/rowsOperator';
import { FEATURE_TABLE } from './features';
import { normalisationRows } from './normalisationTable';
import { fitNormalisation, type PastVector } from './normalise';
import { goldVectors } from './vectorsTable';

/** Columns of `gold.vectors` it reads. */
export const VECTORS_READ = ['feature_table', 'raw'] as const;

export const NORMALISATION: RowsOperator = {
  kind: 'rows',
  module: 'graph/vectors/normalise',
  compute: ({ trade_date: session }, upstream) => {
    const vectors = (upstream.get(goldVectors.name) ?? []).flatMap(pastVectors);
    const normalisation = fitNormalisation(vectors, session);
    return normalisation ? [normalisationRows(normalisation)] : { nothing: 'no earlier session has vectors' };
  },
};

function pastVectors({ key, batches }: PartitionRows): PastVector[] {
  return batches.flatMap(({ rowCount, columns }) => {
    const vectors: PastVector[] = [];
    for (let i = 0; i < rowCount; i++)
      // Vectors of another table of features are not comparable.
      if ((columns.feature_table as string[])[i] === FEATURE_TABLE)
        vectors.push({ session: key.trade_date, raw: (columns.raw as Float32Array[])[i] });
    return vectors;
  });
}
