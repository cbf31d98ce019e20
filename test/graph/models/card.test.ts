import { cardOf } from '../../../graph/models/card';
import type { Estimate } from '../../../graph/models/registry/modelVersion';
import { estimate, modelVersion } from '../../support/models';

const warningsOf = (nullGain: Estimate): string => {
  const version = modelVersion();
  const record = {
    ...version,
    version: 1,
    metrics: { ...version.metrics, gain_over_base_rate: estimate(0.11) },
    evaluation: { ...version.evaluation, nullGain },
  };
  const interval = () => ({ low: 0.1, high: 0.12 });
  const sources = { record, aliases: {}, champion: null, verdict: null, interval };
  return cardOf(sources as unknown as Parameters<typeof cardOf>[0]).whenNotToTrust.join('\n');
};

test('a gain on shuffled outcomes that is not above zero is none', () => {
  expect(warningsOf(estimate(0.002))).not.toContain('shuffled');
});

test('a gain on shuffled outcomes far below that on the true ones is counted for nothing', () => {
  const said = warningsOf(estimate(0.012));
  expect(said).toContain('Trained on shuffled outcomes it still gains +12.0 thousandths of a nat');
  expect(said).toContain('of +110.0 with the true ones');
  expect(said).not.toContain('Do not use it');
});

test('a model that gains as much on shuffled outcomes is not to be used', () => {
  expect(warningsOf(estimate(0.1))).toContain('Do not use it');
});
