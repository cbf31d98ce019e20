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
const DAY = 86_400_000_000_000n;
const NEVER = 2n ** 64n - 1n;
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
  /** ns before that; or the time itself. */
  latency?: bigint;
  tsEvent?: bigint;
  tsRecv?: bigint;
}

function record({
  action = Action.Add,
  side = Side.Bid,
  price = 4_805_250_000_000n,
  size = 1,
  flags = 0,
  at = 1000n,
  latency = 100n,
  tsRecv = START + at,
  tsEvent = tsRecv - latency,
}: Fields) {
  const batch = new MboBatch(1);
  batch.length = 1;
  batch.action[0] = action;
  batch.side[0] = side;
  batch.price[0] = price;
  batch.size[0] = size;
  batch.flags[0] = flags;
  batch.tsRecv[0] = tsRecv;
  batch.tsEvent[0] = tsEvent;
  return batch;
}

const reason = (fields: Fields, rules = RULES, previous = -Infinity) =>
  validateMbo(record(fields), 0, rules, previous);

describe('an MBO record', () => {
  it('of every kind a venue sends can be used', () => {
    for (const action of [Action.Add, Action.Cancel, Action.Modify, Action.Trade, Action.Fill])
      for (const side of [Side.Bid, Side.Ask, Side.None])
        if (action !== Action.Add || side !== Side.None) expect(reason({ action, side })).toBeNull();
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
    ['side_missing', { side: Side.None }],
    ['size_nonpositive', { size: 0 }],
    ['size_nonpositive', { action: Action.Trade, size: 0 }],
    ['size_nonpositive', { action: Action.Cancel, size: 0 }],
    ['price_undefined', { price: UNDEF_PRICE }],
    ['price_undefined', { action: Action.Fill, price: UNDEF_PRICE }],
    ['price_off_tick', { price: 4_805_250_000_001n }],
    ['price_off_tick', { action: Action.Trade, price: 4_805_125_000_000n }],
    ['price_off_tick', { price: -100_000_000n }],
    ['price_implausible', { price: 9_223_372_036_750_000_000n }],
    ['price_implausible', { price: -9_223_372_036_750_000_000n }],
    ['price_implausible', { action: Action.Trade, price: 9_007_199_500_000_000n }],
    ['size_implausible', { size: 2 ** 32 - 1 }],
    ['size_implausible', { action: Action.Cancel, size: 1_000_001 }],
    ['size_implausible', { size: 2 ** 31, flags: Flag.Mbp }],
    ['ts_recv_undefined', { tsRecv: NEVER, tsEvent: START }],
    ['ts_recv_undefined', { tsRecv: NEVER, flags: Flag.Snapshot | Flag.BadTsRecv }],
    ['ts_recv_undefined', { tsRecv: 0n, tsEvent: 0n }],
    ['ts_event_ahead', { tsEvent: NEVER }],
    ['ts_event_ahead', { tsEvent: NEVER, flags: Flag.BadTsRecv }],
    ['ts_event_ahead', { latency: -1_000_000_001n }],
    ['ts_event_ahead', { latency: -DAY }],
    ['ts_event_behind', { tsEvent: 0n }],
    ['ts_event_behind', { latency: 3_600_000_000_001n }],
    ['ts_event_behind', { latency: DAY + 1n, flags: Flag.BadTsRecv }],
    ['ts_out_of_session', { at: 0n }],
    ['ts_out_of_session', { at: 86_400_000_000_001n }],
    ['ts_out_of_session', { at: -1_000_000_000_000n }],
  ])('cannot be used: %s', (expected, fields) => {
    expect(reason(fields)).toBe(expected);
  });

  it('may rest far from the market, be large where it stands for a level, and be of a clock that differs', () => {
    expect(reason({ price: 85_000_000_000n })).toBeNull();
    expect(reason({ price: 9_007_199_000_000_000n })).toBeNull();
    expect(reason({ size: 1_000_000 })).toBeNull();
    expect(reason({ size: 2 ** 31 - 1, flags: Flag.TopOfBook })).toBeNull();
    for (const latency of [-1_000_000_000n, 3_600_000_000_000n]) expect(reason({ latency })).toBeNull();
    for (const latency of [-3_600_000_000_000n, DAY])
      expect(reason({ latency, flags: Flag.BadTsRecv })).toBeNull();
  });

  it("says nothing of the market's time in a snapshot or a clear, whatever their venue's time", () => {
    for (const tsEvent of [0n, 1n, NEVER, START - 400n * DAY]) {
      expect(reason({ tsEvent, flags: Flag.Snapshot })).toBeNull();
      expect(reason({ tsEvent, action: Action.Clear, side: Side.None, size: 0 })).toBeNull();
    }
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
    const large = (9_007_199_000_000_000n / BigInt(TICK)) * BigInt(TICK);
    for (const price of [large, -large]) expect(reason({ price })).toBeNull();
    for (const price of [large + 1n, -large - 1n]) expect(reason({ price })).toBe('price_off_tick');
  });
});

it('every reason says what it means', () => {
  for (const name of DEAD_LETTER_REASONS) expect(DEAD_LETTERS[name].length).toBeGreaterThan(10);
});
