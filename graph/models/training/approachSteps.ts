/** The sequence of an approach in steps of equal length, whatever the length of its bars: what models of sequences are fed. */

/** Steps of the 20 minutes before a touch: 20 s each. */
export const STEPS = 60;

/**
 * The mean of each channel over the bars of each step, undefined values left out; NaN where there are none. Steps before the first
 * bar, where the data begin within the 20 minutes, are NaN. Where bars are longer than steps, a bar is in each step it spans.
 * @param sequence as in `gold.vectors`: bars x channels, oldest first, the last bar that of the touch
 * @param span bars that 20 minutes have
 * @returns `STEPS` x channels, oldest first
 */
export function approachSteps(sequence: ArrayLike<number>, channels: number, span: number): Float32Array {
  const bars = sequence.length / channels;
  const missing = span - bars;
  const steps = new Float32Array(STEPS * channels);
  for (let step = 0; step < STEPS; step++) {
    const from = Math.floor((step * span) / STEPS) - missing;
    const to = Math.max(Math.floor(((step + 1) * span) / STEPS) - missing, from + 1);
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let known = 0;
      for (let bar = Math.max(from, 0); bar < Math.min(to, bars); bar++) {
        const value = sequence[bar * channels + channel];
        if (Number.isNaN(value)) continue;
        sum += value;
        known++;
      }
      steps[step * channels + channel] = sum / known;
    }
  }
  return steps;
}
