/** The approach in fewer steps: bars averaged, so that a model reads 60 steps where there are 240 bars. */

import { CHANNELS } from '../../vectors/sequence';
import { SPAN } from '../../vectors/touchView';

/** More steps cost more than they tell. */
const MOST_STEPS = 64;

export interface Pooling {
  /** Numbers a bar. */
  readonly channels: number;
  /** Steps of the result. */
  readonly steps: number;
  /** Bars averaged to a step. */
  readonly barsPerStep: number;
}

/**
 * How the sequences of `gold.vectors` are pooled.
 * @param barSeconds length of their bars
 */
export function approachPooling(barSeconds: number): Pooling {
  const bars = Math.ceil((SPAN * 60) / barSeconds);
  const barsPerStep = Math.ceil(bars / MOST_STEPS);
  return { channels: CHANNELS.length, steps: Math.ceil(bars / barsPerStep), barsPerStep };
}

/**
 * The last steps x barsPerStep bars: steps x channels, oldest first; each the mean of the bars in which a channel is defined, NaN where
 * there is none. Steps end with the last bar, so that a sequence which begins late lacks the oldest ones.
 * @param sequence bars x channels, oldest first, as in `gold.vectors`
 */
export function pooledSequence(
  sequence: ArrayLike<number>,
  { channels, steps, barsPerStep }: Pooling,
): Float32Array {
  const bars = sequence.length / channels;
  const pooled = new Float32Array(steps * channels);
  for (let step = 0; step < steps; step++)
    for (let channel = 0; channel < channels; channel++) {
      const to = bars - (steps - 1 - step) * barsPerStep;
      let sum = 0;
      let n = 0;
      for (let bar = Math.max(0, to - barsPerStep); bar < to; bar++) {
        const value = sequence[bar * channels + channel];
        if (Number.isNaN(value)) continue;
        sum += value;
        n++;
      }
      pooled[step * channels + channel] = n > 0 ? sum / n : NaN;
    }
  return pooled;
}
