import fc from 'fast-check';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import {
  freshnessOf,
  layersToBuild,
  REPROCESS,
  type Freshness,
  type Reprocess,
} from '../../../graph/planning/planner';

const all = (f: Freshness): Record<Layer, Freshness> => ({ bronze: f, silver: f, gold: f });

describe('freshness of a layer', () => {
  it('is missing when nothing was ever built', () => expect(freshnessOf(undefined, 'a')).toBe('missing'));
  it('is current only under the same digest', () => {
    expect(freshnessOf({ status: 'published', digest: 'a' }, 'a')).toBe('current');
    expect(freshnessOf({ status: 'published', digest: 'a' }, 'b')).toBe('stale');
  });
  it('counts a blocked build as failed', () =>
    expect(freshnessOf({ status: 'blocked', digest: 'a' }, 'a')).toBe('failed'));
  it('keeps "no data" current until new input arrives', () => {
    expect(freshnessOf({ status: 'no_data', digest: 'a' }, 'a')).toBe('current');
    expect(freshnessOf({ status: 'no_data', digest: 'a' }, 'b')).toBe('stale');
  });
});

describe('layers to build', () => {
  it('builds nothing when all is current', () => {
    expect(layersToBuild(LAYERS, all('current'), 'stale')).toEqual([]);
  });
  it('rebuilds what lies above a rebuilt layer', () => {
    expect(layersToBuild(LAYERS, { ...all('current'), bronze: 'missing' }, 'missing')).toEqual([...LAYERS]);
    expect(layersToBuild(LAYERS, { ...all('current'), silver: 'stale' }, 'stale')).toEqual([
      'silver',
      'gold',
    ]);
  });
  it('brings along an unbuilt layer below the wanted one', () => {
    expect(layersToBuild(['gold'], all('missing'), 'missing')).toEqual([...LAYERS]);
  });
  it('does not touch a stale layer below when only the top one is wanted', () => {
    expect(layersToBuild(['gold'], { bronze: 'stale', silver: 'current', gold: 'missing' }, 'stale')).toEqual(
      ['gold'],
    );
  });
  it('leaves failures alone when only missing ones are asked for', () => {
    expect(layersToBuild(LAYERS, { ...all('current'), gold: 'failed' }, 'missing')).toEqual([]);
    expect(layersToBuild(LAYERS, { ...all('current'), gold: 'failed' }, 'failed')).toEqual(['gold']);
  });

  const freshness = fc.constantFrom<Freshness>('current', 'missing', 'failed', 'stale');
  const states = fc.record({ bronze: freshness, silver: freshness, gold: freshness });
  const wanted = fc.subarray<Layer>([...LAYERS], { minLength: 1 });

  it('never builds a layer on top of one that does not exist', () => {
    fc.assert(
      fc.property(wanted, states, fc.constantFrom<Reprocess>(...REPROCESS), (layers, state, reprocess) => {
        const built = layersToBuild(layers, state, reprocess);
        for (const layer of built) {
          for (const below of LAYERS.slice(0, LAYERS.indexOf(layer))) {
            const stands = state[below] === 'current' || state[below] === 'stale';
            expect(stands || built.includes(below)).toBe(true);
          }
        }
      }),
    );
  });

  it('builds more, never less, as the policy widens', () => {
    fc.assert(
      fc.property(wanted, states, (layers, state) => {
        for (let k = 1; k < REPROCESS.length; k++) {
          const narrow = layersToBuild(layers, state, REPROCESS[k - 1]);
          const wide = layersToBuild(layers, state, REPROCESS[k]);
          expect(narrow.every((layer) => wide.includes(layer))).toBe(true);
        }
      }),
    );
  });
});
