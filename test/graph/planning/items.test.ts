import fc from 'fast-check';
import { LAYERS } from '../../../graph/datasets/layers';
import { contractDate } from '../../../graph/datasets/units';
import {
  packItem,
  rangesOf,
  stateOf,
  STATES,
  unpackItem,
  waiting,
  type Item,
  type State,
} from '../../../graph/planning/items';
import { MAX_BUILDS } from '../../../graph/planning/limits';
import { productSpan } from '../../../graph/planning/scope';

const state = fc.constantFrom(...(Object.keys(STATES) as State[]));
const scope = contractDate('ESH4', '2024-01-02');
const places = fc.uniqueArray(fc.nat(300));

test('a packed item unpacks to itself', () => {
  fc.assert(
    fc.property(state, state, state, places, (bronze, silver, gold, after) => {
      const states: Item['states'] = { bronze, silver, gold, normalisation: 'unasked' };
      const item: Item = { scope, reason: 'stale', states, after: rangesOf(after) };
      expect(unpackItem(packItem(item))).toEqual(item);
    }),
  );
  const span = productSpan('ES', '2024-01-02', '2024-01-09');
  const item = waiting({ scope: span, layers: ['normalisation'], reason: 'missing', after: [[0, 4]] });
  expect(packItem(item)).toBe('ES/2024-01-02..2024-01-09 missing ---. 0-4');
  expect(unpackItem(packItem(item))).toEqual(item);
});

test('ranges hold exactly the places they were made of', () => {
  fc.assert(
    fc.property(places, (given) => {
      const found = rangesOf(given).flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, k) => first + k),
      );
      expect(found).toEqual([...given].sort((a, b) => a - b));
    }),
  );
});

test.each([
  ['..--', 'waiting'],
  ['rr--', 'running'],
  ['pfs-', 'failed'],
  ['pbs-', 'blocked'],
  ['nss-', 'no_data'],
  ['pxx-', 'cancelled'],
  ['p..-', 'waiting'],
  ['ccp-', 'published'],
  ['ccc-', 'current'],
])('%s is %s', (codes, expected) => {
  expect(codes).toHaveLength(LAYERS.length);
  expect(stateOf(unpackItem(`ESH4/2024-01-02 missing ${codes}`))).toBe(expected);
});

test('the largest backfill stays below the size Temporal warns of', () => {
  const item = waiting({
    scope: contractDate('ESH24-LONG', '2024-01-02'),
    layers: ['bronze', 'gold'],
    reason: 'missing',
    after: [],
  });
  const line = packItem(item);
  expect(JSON.stringify(Array.from({ length: MAX_BUILDS }, () => line)).length).toBeLessThan(256 * 1024);
});
