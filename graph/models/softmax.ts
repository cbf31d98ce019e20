/** Logits and probabilities, in place and stable however large the logits are. */

/** Turns the logits of one row into probabilities in their place; returns the logarithm of the sum of their exponentials. */
export function softmax(values: Float64Array, at: number, classes: number): number {
  let highest = -Infinity;
  for (let c = at; c < at + classes; c++) if (values[c] > highest) highest = values[c];
  let sum = 0;
  for (let c = at; c < at + classes; c++) sum += values[c] = Math.exp(values[c] - highest);
  for (let c = at; c < at + classes; c++) values[c] /= sum;
  return highest + Math.log(sum);
}

/** Probabilities of rows, rows x classes, in the place of their logits. */
export function softmaxRows(logits: Float64Array, classes: number): Float64Array {
  for (let at = 0; at < logits.length; at += classes) softmax(logits, at, classes);
  return logits;
}

/** -ln of the probability logits give the label of a row. */
export function lossOf(logits: ArrayLike<number>, at: number, classes: number, label: number): number {
  let highest = -Infinity;
  for (let c = at; c < at + classes; c++) highest = Math.max(highest, logits[c]);
  let sum = 0;
  for (let c = at; c < at + classes; c++) sum += Math.exp(logits[c] - highest);
  return highest + Math.log(sum) - logits[at + label];
}
