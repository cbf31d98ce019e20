/** Rows of features with the class that came true: what every model is fitted to. */
import { SpymasterError } from '../errors';

export interface LabelledRows {
  /** Rows x features, row by row. */
  readonly x: Float32Array | Float64Array;
  readonly features: number;
  readonly classes: number;
  /** Class of each row, 0 .. classes - 1. */
  readonly labels: ArrayLike<number>;
  /** How much each row counts, at least 0; 1 where there are none. */
  readonly weights?: ArrayLike<number>;
  /** Rows x classes: what is added to each row's logits, such as those of a baseline the model is to improve on. */
  readonly offsets?: ArrayLike<number>;
}

export function badArgument(message: string, field: string, expected: string): never {
  throw new SpymasterError('BadArgument', message, { field, expected });
}

/** @throws SpymasterError BadArgument where no row counts, the parts do not fit together, or a label is no class */
export function checkRows({ x, features, classes, labels, weights, offsets }: LabelledRows): void {
  const n = labels.length;
  if (n === 0) badArgument('There are no rows to fit to', 'labels', 'at least one row');
  if (x.length !== n * features)
    badArgument(
      `${x.length} numbers are not ${n} rows of ${features} features`,
      'x',
      `${n * features} numbers`,
    );
  if (weights && weights.length !== n) badArgument(`${weights.length} weights`, 'weights', `${n}, one a row`);
  if (offsets && offsets.length !== n * classes)
    badArgument(`${offsets.length} offsets`, 'offsets', `${n * classes}, rows x classes`);
  if (weights) {
    let total = 0;
    for (let i = 0; i < n; i++) {
      if (!(weights[i] >= 0 && weights[i] < Infinity))
        badArgument(`Row ${i} has weight ${weights[i]}`, 'weights', 'finite numbers of at least 0');
      total += weights[i];
    }
    if (total === 0) badArgument('All rows have weight 0', 'weights', 'at least one above 0');
  }
  for (let i = 0; i < n; i++)
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes))
      badArgument(`Row ${i} is of class ${labels[i]}`, 'labels', `0 to ${classes - 1}`);
}
