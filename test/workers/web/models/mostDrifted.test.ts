import { mostDrifted, verdictOf, type FeatureDrift } from '../../../../workers/web/models/mostDrifted';

const moved = (feature: string, psi: number | null, standardised: number | null): FeatureDrift => ({
  feature,
  unit: 'lots',
  current: { n: 30, mean: 1, deviation: 1 },
  reference: { n: 300, mean: 0, deviation: 1 },
  standardised,
  psi,
});

test('what moved most comes first, what cannot be judged last', () => {
  const all = [
    moved('few', null, 9),
    moved('stable', 0.05, 0.1),
    moved('large', 0.6, 1),
    moved('fewer', null, null),
    moved('moderate down', 0.2, -2),
    moved('moderate up', 0.2, 0.5),
  ];
  const sorted = mostDrifted(all, 10);
  expect(sorted.map(({ feature }) => feature)).toEqual([
    'large',
    'moderate down',
    'moderate up',
    'stable',
    'few',
    'fewer',
  ]);
  expect(sorted.map(verdictOf)).toEqual([
    'large',
    'moderate',
    'moderate',
    'stable',
    'too few values',
    'too few values',
  ]);
  expect(mostDrifted(all, 2)).toHaveLength(2);
});
