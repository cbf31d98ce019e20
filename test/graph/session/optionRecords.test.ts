import { dayNumber } from '../../../graph/market/days';
import { Kind } from '../../../graph/options/classify';
import { Side } from '../../../graph/records/mbo';
import { dateFrame } from '../../../graph/products/dateFrame';
import { ES } from '../../support/products';
import { definitionRecord, optionTradeRecord, statisticRecord } from '../../../graph/session/optionRecords';

const frame = dateFrame(ES, '2024-03-05');
const NOON = BigInt(Date.parse('2024-03-04T12:00:00Z')) * 1_000_000n;

it('a definition counts its expiry from the origin of the session', () => {
  const expiration = frame.origin.ns + 5n;
  const row = {
    tsRecv: NOON,
    instrumentId: 9,
    symbol: 'ESH4 C5100',
    instrumentClass: 'C',
    underlying: 'ESH4',
    strikePrice: 5_100_000_000_000n,
    expiration,
  };
  expect(definitionRecord(row, frame)).toEqual({
    type: 'definition',
    definition: { instrumentId: 9, kind: Kind.Call, underlying: 'ESH4', strike: 5100, expiresAt: 5 },
  });
  for (const unusable of [
    { symbol: '?', expiration: null },
    { symbol: '?', underlying: '' },
    { strikePrice: 0n },
    { strikePrice: 9_223_372_036_750_000_000n },
  ])
    expect(definitionRecord({ ...row, ...unusable }, frame)).toBeNull();
});

describe('a statistic', () => {
  const row = {
    tsRecv: NOON,
    instrumentId: 9,
    statType: 9,
    tsRef: NOON,
    price: null,
    quantity: 1234n,
    updateAction: 1,
  };

  it('is open interest of the day it refers to, or withdraws it', () => {
    const day = dayNumber('2024-03-04');
    const openInterest = { type: 'openInterest', instrumentId: 9, day, lots: 1234 };
    expect(statisticRecord(row)).toEqual(openInterest);
    expect(statisticRecord({ ...row, tsRef: null })).toEqual({ ...openInterest, day: NaN });
    expect(statisticRecord({ ...row, updateAction: 2 })).toEqual({ ...openInterest, lots: NaN });
    expect(statisticRecord({ ...row, quantity: null })).toEqual({ ...openInterest, lots: NaN });
  });

  it('is a settlement in points, unless it was deleted or has no price', () => {
    const settled = { ...row, statType: 3, price: 12_250_000_000n };
    expect(statisticRecord(settled)).toMatchObject({ type: 'settlement', instrumentId: 9, price: 12.25 });
    expect(statisticRecord({ ...settled, updateAction: 2 })).toBeNull();
    expect(statisticRecord({ ...settled, price: null })).toBeNull();
  });

  it('of any other kind is nothing to the operators', () => {
    expect(statisticRecord({ ...row, statType: 6 })).toBeNull();
  });
});

it('a trade has its aggressor and the time of the matching engine', () => {
  const row = {
    tsRecv: frame.origin.ns + 90n,
    tsEvent: frame.origin.ns + 70n,
    instrumentId: 9,
    price: 20_050_000_000n,
    size: 3,
    side: 'B',
  };
  const trade = { type: 'trade', instrumentId: 9, at: 70, price: 20.05, lots: 3, side: Side.Bid };
  expect(optionTradeRecord(row, frame)).toEqual(trade);
  expect(optionTradeRecord({ ...row, side: 'A' }, frame)).toEqual({ ...trade, side: Side.Ask });
  expect(optionTradeRecord({ ...row, side: 'N' }, frame)).toEqual({ ...trade, side: Side.None });
});
