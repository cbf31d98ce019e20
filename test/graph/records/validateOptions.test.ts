import type { DbnRecord } from '../../../graph/dbn';
import { UNDEF_PRICE } from '../../../graph/records/mbo';
import { statisticFault, tradeFault } from '../../../graph/records/validateOptions';

const NOON = BigInt(Date.parse('2024-03-04T12:00:00Z')) * 1_000_000n;
const NEVER = 2n ** 64n - 1n;
const ABSURD = 9_223_372_036_750_000_000n;

const trade = {
  type: 'trades',
  tsRecv: NOON,
  tsEvent: NOON - 100_000n,
  price: 12_250_000_000n,
  size: 3,
  side: 'B',
  flags: 0,
} as DbnRecord<'trades'>;
const statistic = {
  type: 'statistics',
  tsRecv: NOON,
  tsRef: NOON,
  statType: 9,
  price: UNDEF_PRICE,
  quantity: 1234n,
} as DbnRecord<'statistics'>;

describe('a trade of an option', () => {
  it('can be used, at a negative premium too: those of combinations are differences', () => {
    for (const fields of [{}, { price: -5_000_000_000n }, { side: 'N' }, { side: 'A' }])
      expect(tradeFault({ ...trade, ...fields })).toBeNull();
  });

  it.each<[string, Partial<DbnRecord<'trades'>>]>([
    ['ts_recv_undefined', { tsRecv: NEVER }],
    ['ts_recv_undefined', { tsRecv: 0n }],
    ['ts_event_ahead', { tsEvent: NEVER }],
    ['ts_event_behind', { tsEvent: 0n }],
    ['side_unknown', { side: '?' }],
    ['side_unknown', { side: '' }],
    ['size_nonpositive', { size: 0 }],
    ['size_implausible', { size: 2 ** 32 - 1 }],
    ['price_undefined', { price: UNDEF_PRICE }],
    ['price_implausible', { price: ABSURD }],
    ['price_implausible', { price: -ABSURD }],
  ])('cannot be used: %s', (reason, fields) => expect(tradeFault({ ...trade, ...fields })).toBe(reason));
});

describe('a statistic', () => {
  it('can be used, whatever does not apply to it being undefined', () => {
    for (const fields of [
      {},
      { tsRef: NEVER },
      { tsRef: 0n },
      { quantity: 2n ** 63n - 1n },
      { statType: 3, price: 12_250_000_000n, quantity: 2n ** 63n - 1n },
      { statType: 12, price: -12_250_000_000n, quantity: -1n },
    ])
      expect(statisticFault({ ...statistic, ...fields })).toBeNull();
  });

  it.each<[string, Partial<DbnRecord<'statistics'>>]>([
    ['ts_recv_undefined', { tsRecv: NEVER }],
    ['ts_ref_implausible', { tsRef: 1n }],
    ['ts_ref_implausible', { tsRef: NEVER - 1n }],
    ['price_implausible', { statType: 3, price: ABSURD }],
    ['quantity_implausible', { quantity: -1n }],
    ['quantity_implausible', { statType: 6, quantity: 1_000_000_000n }],
  ])('cannot be used: %s', (reason, fields) =>
    expect(statisticFault({ ...statistic, ...fields })).toBe(reason),
  );
});
