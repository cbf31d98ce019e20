import fc from 'fast-check';
import { MAX_CONTRACT_DATES } from '../../../graph/planning/limits';
import { MARKS, packItem, standing, unpackItem, waiting, type Mark } from '../../../graph/planning/marks';

const mark = fc.constantFrom(...(Object.values(MARKS) as Mark[]));

test('a packed item unpacks to itself', () => {
  fc.assert(
    fc.property(mark, mark, mark, (bronze, silver, gold) => {
      const item = {
        contract: 'ESH4',
        tradeDate: '2024-01-02',
        reason: 'stale' as const,
        marks: { bronze, silver, gold },
      };
      expect(unpackItem(packItem(item))).toEqual(item);
    }),
  );
});

test.each([
  ['..-', 'waiting'],
  ['rr-', 'running'],
  ['pfs', 'failed'],
  ['pbs', 'blocked'],
  ['nss', 'no_data'],
  ['pxx', 'cancelled'],
  ['p..', 'waiting'],
  ['ccp', 'published'],
  ['ccc', 'current'],
])('%s stands as %s', (marks, expected) => {
  expect(standing(unpackItem(`ESH4 2024-01-02 missing ${marks}`))).toBe(expected);
});

test('the largest backfill stays below the size Temporal warns of', () => {
  const item = {
    contract: 'ESH24-LONG',
    tradeDate: '2024-01-02',
    layers: ['bronze', 'gold'] as const,
    reason: 'missing' as const,
  };
  const line = packItem(waiting({ ...item, layers: [...item.layers] }));
  expect(JSON.stringify(Array.from({ length: MAX_CONTRACT_DATES }, () => line)).length).toBeLessThan(
    256 * 1024,
  );
});
