/**
 * Which differences matter, learned from how earlier episodes ended: the weight of a dimension is how much it moves the log odds of the
 * outcomes, beyond what volatility, distance and time of day make expect, in a multinomial logistic regression with a strong ridge.
 */
import { fitLogistic } from '../models/logistic/fit';
import { FEATURES, GROUP_SIZES, GROUPS } from '../vectors/features';
import { normalise, type Normalisation } from '../vectors/normalise';
import { groupMasses, type Weights } from './distance';
import { CLASSES } from '../models/scores';
import { primaryOutcome, type PastEpisode } from './episodes';
import type { Expected } from './expected';

/** As strong as about a session of ten episodes a dimension: without a signal hardly anything is learned. */
const RIDGE = 1000;

/**
 * Weights that add up to what even ones do, so that distances by either are of one size.
 * @param episodes of which the outcome is known; touches at the same moment count as one
 * @returns null where nothing is to be learned: no episode, or all ended alike
 */
export function learnWeights(
  episodes: readonly PastEpisode[],
  normalisation: Normalisation,
  expected: Expected,
): Weights | null {
  const labels = episodes.map((episode) => primaryOutcome(episode)!);
  if (new Set(labels).size < 2) return null;
  const features = FEATURES.length;
  const scales = FEATURES.map(({ group }) => Math.sqrt(GROUP_SIZES[group]));
  const x = new Float32Array(episodes.length * features);
  episodes.forEach(({ raw, masked }, i) => {
    const vector = normalise(raw, masked, normalisation);
    for (let k = 0; k < features; k++)
      x[i * features + k] = Number.isNaN(vector[k]) ? 0 : vector[k] * scales[k];
  });
  const { weights } = fitLogistic(
    {
      x,
      features,
      classes: CLASSES.length,
      labels,
      weights: shares(episodes),
      offsets: expected.logits(episodes),
    },
    RIDGE,
  );
  const learned = Float32Array.from(FEATURES, ({ index }) => {
    let squares = 0;
    for (let c = 0; c < CLASSES.length; c++) squares += weights[c * features + index] ** 2;
    return Math.sqrt(squares) * scales[index];
  });
  const total = Object.values(groupMasses(learned)).reduce((sum, mass) => sum + mass, 0);
  return total > 0 ? learned.map((weight) => weight * Math.sqrt(GROUPS.length / total)) : null;
}

/** One for each moment, divided among the touches at it. */
function shares(episodes: readonly PastEpisode[]): Float64Array {
  const counts = new Map<bigint, number>();
  for (const { at } of episodes) counts.set(at, (counts.get(at) ?? 0) + 1);
  return Float64Array.from(episodes, ({ at }) => 1 / counts.get(at)!);
}
