import { Action, Flag, MboBatch, Side, UNDEF_PRICE } from '../../../graph/records/mbo';
import { TimeOrigin } from '../../../graph/market/time';
import {
  DEAD_LETTER_REASONS,
  DEAD_LETTERS,
  validateMbo,
  type MboRules,
} from '../../../graph/records/validate';

const START = 1_703_282_400_000_000_000n;
const TICK = 250_000_000;
const RULES: MboRules = {
  origin: new TimeOrigin(START),
  windowStart: 0,
  windowEnd: 86_400e9,
  tickNanos: TICK,
};

interface Fields {
  action?: number;
  side?: number;
  price?: bigint;
  size?: number;
  flags?: number;
  /** ns after the window's start. */
  at?: bigint;
}

function record({
  action = Action.Add,
  side = Side.Bid,
  price = 4_805_250_000_000n,
  size = 1,
  flags = 0,
  at = 1000n,
}: Fields) {
  const batch = new MboBatch(1);
  batch.length = 1;
  batch.action[0] = action;
  batch.side[0] = side;
  batch.price[0] = price;
  batch.size[0] = size;
  batch.flags[0] = flags;
  batch.tsRecv[0] = START + at;
  return batch;
}

const reason = (fields: Fields, rules = RULES, previous = -Infinity) =>
  validateMbo(record(fields), 0, rules, previous);

describe('an MBO record', () => {
  it('of every kind a venue sends can be used', () => {
    for (const action of [Action.Add, Action.Cancel, Action.Modify, Action.Trade, Action.Fill])
      for (const side of [Side.Bid, Side.Ask, Side.None]) expect(reason({ action, side })).toBeNull();
    expect(
      reason({ action: Action.Clear, side: Side.None, price: UNDEF_PRICE, size: 0, flags: 8 }),
    ).toBeNull();
    expect(reason({ action: Action.None, side: Side.None, price: UNDEF_PRICE, size: 0 })).toBeNull();
    // Spreads trade below zero; an empty side of a top-of-book feed has no price.
    expect(reason({ price: -250_000_000n })).toBeNull();
    expect(reason({ price: UNDEF_PRICE, flags: Flag.TopOfBook })).toBeNull();
  });

  it.each<[string, Fields]>([
    ['action_unknown', { action: 0x58 }],
    ['action_unknown', { action: 0 }],
    ['side_unknown', { side: 0x43 }],
    ['side_unknown', { action: Action.Clear, side: 0xff }],
    ['size_nonpositive', { size: 0 }],
    ['size_nonpositive', { action: Action.Trade, size: 0 }],
    ['size_nonpositive', { action: Action.Cancel, size: 0 }],
    ['price_undefined', { price: UNDEF_PRICE }],
    ['price_undefined', { action: Action.Fill, price: UNDEF_PRICE }],
    ['price_off_tick', { price: 4_805_250_000_001n }],
    ['price_off_tick', { action: Action.Trade, price: 4_805_125_000_000n }],
    ['price_off_tick', { price: -100_000_000n }],
    ['ts_out_of_session', { at: 0n }],
    ['ts_out_of_session', { at: 86_400_000_000_001n }],
    ['ts_out_of_session', { at: -1_000_000_000_000n }],
  ])('cannot be used: %s', (expected, fields) => {
    expect(reason(fields)).toBe(expected);
  });

  it('belongs to a window that ends with its last instant', () => {
    expect(reason({ at: 1n })).toBeNull();
    expect(reason({ at: 86_400_000_000_000n })).toBeNull();
  });

  it('may not go back in time, unless it says that its time is bad', () => {
    expect(reason({ at: 1000n }, RULES, 1000)).toBeNull();
    expect(reason({ at: 999n }, RULES, 1000)).toBe('ts_regressed');
    expect(reason({ at: 999n, flags: Flag.BadTsRecv }, RULES, 1000)).toBeNull();
  });

  it('is cancelled at whatever price was said before', () => {
    expect(reason({ action: Action.Cancel, price: 4_805_250_000_001n })).toBeNull();
    expect(reason({ action: Action.Cancel, price: UNDEF_PRICE })).toBeNull();
  });

  it('is held to no tick where none is known', () => {
    expect(reason({ price: 1n }, { ...RULES, tickNanos: 0 })).toBeNull();
  });

  it('is held to the tick exactly, however large the price', () => {
    // 2^53 + 1 is no double: a division of doubles would call these the same.
    const large = (2n ** 60n / BigInt(TICK)) * BigInt(TICK);
    for (const price of [large, -large]) expect(reason({ price })).toBeNull();
    for (const price of [large + 1n, -large - 1n]) expect(reason({ price })).toBe('price_off_tick');
  });
});

it('every reason says what it means', () => {
  for (const name of DEAD_LETTER_REASONS) expect(DEAD_LETTERS[name].length).toBeGreaterThan(10);
});
