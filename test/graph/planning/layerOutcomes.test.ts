import { buildInOrder, overallStatus, type LayerOutcome } from '../../../graph/planning/layerOutcomes';
import type { Layer } from '../../../graph/datasets/layers';

const ending = (statuses: Partial<Record<Layer, LayerOutcome['status']>>) => {
  const built: Layer[] = [];
  const outcomes = buildInOrder(['bronze', 'silver', 'gold'], (layer) => {
    built.push(layer);
    return Promise.resolve({ layer, status: statuses[layer] ?? 'published', rows: {}, seconds: 1 });
  });
  return outcomes.then((layers) => ({
    built,
    statuses: layers.map(({ status }) => status),
    overall: overallStatus(layers),
  }));
};

test.each(['failed', 'blocked', 'no_data'] as const)(
  'a layer that is %s leaves those above untried',
  async (status) => {
    expect(await ending({ silver: status })).toEqual({
      built: ['bronze', 'silver'],
      statuses: ['published', status, 'skipped'],
      overall: status,
    });
  },
);

test('a current layer is built upon', async () => {
  expect(await ending({ bronze: 'current' })).toMatchObject({
    built: ['bronze', 'silver', 'gold'],
    overall: 'published',
  });
  const all = await ending({ bronze: 'current', silver: 'current', gold: 'current' });
  expect(all.overall).toBe('current');
});
