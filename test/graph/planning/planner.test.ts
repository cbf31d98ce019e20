import fc from 'fast-check';
import { layersOf, type Layer } from '../../../graph/datasets/layers';
import {
  freshnessOf,
  layersToBuild as layersOfUnit,
  REPROCESS,
  type Freshness,
  type Reprocess,
} from '../../../graph/planning/planner';

const LAYERS = layersOf('contract-date');
type States = Record<'bronze' | 'silver' | 'gold', Freshness>;

const all = (f: Freshness): States => ({ bronze: f, silver: f, gold: f });
const layersToBuild = (wanted: readonly Layer[], states: States, reprocess: Reprocess) =>
  layersOfUnit(LAYERS, wanted, states, reprocess);

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
            const published = ['current', 'stale'].includes(state[below as keyof States]);
            expect(published || built.includes(below)).toBe(true);
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
