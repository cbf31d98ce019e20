/** A training for tests of what is told of it: two families, of which one trial was given up after a fold. */
import type { Trained } from '../../activities/tracking/trackTraining';
import { estimate } from './models';

const losses = (...means: number[]) => means.map((mean, k) => ({ loss: mean * (10 + k), n: 10 + k }));

/** @param version that it has published */
export function trained(version: string): Trained {
  const gains = { gainOverBaseRate: estimate(0.1), gainOverBaseline: estimate(0.1), nullGain: estimate(0) };
  return {
    product: 'ES',
    seed: 3,
    snapshot: {
      version: 'a1b2',
      sessions: 40,
      examples: 480,
      firstSession: '2024-03-04',
      lastSession: '2024-04-26',
      existed: false,
      folds: 2,
    },
    families: [
      {
        family: 'logistic',
        trials: [
          { parameters: { ridge: 1000 }, folds: losses(1.05, 1.02) },
          { parameters: { ridge: 10 }, folds: losses(1.4) },
        ],
      },
      { family: 'boosting', trials: [{ parameters: { trees: 50, rate: 0.1 }, folds: losses(1.06, 1.04) }] },
    ],
    models: [{ version, parameters: { ridge: 1000 }, share: 0.8, ...gains }],
    words: `${version} passed the gate and is champion.`,
  };
}
