import { ES } from '../../support/products';
import fc from 'fast-check';
import type { Row } from '../../../graph/datasets/schema';
import { silverOptionExposure, silverOptionFlow } from '../../../graph/options/optionTables';
import { Side } from '../../../graph/records/mbo';
import { hedgeLotsPerPoint } from '../../../graph/options/gammaExposure';
import type { BarEndInput, OptionInput } from '../../../graph/options/inputs';
import { Kind } from '../../../graph/options/classify';
import { OptionsOperator } from '../../../graph/options/optionsOperator';
import { saveState } from '../../../graph/state/blob';
import {
  BAR,
  collect,
  DEFINITIONS,
  newOperator,
  ON_NEXT_FUTURE,
  OPEN,
  optionWith,
  ORIGIN,
  play,
  randomDay,
  randomFrom,
  settingsWith,
  TRADE_DATE,
  YESTERDAY,
  type Played,
} from './support';
import { twin } from './twin';
import { TableBuilder } from '../../support/tables';

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const close = (bar: number): OptionInput => ({
  type: 'barEnd',
  start: OPEN + bar * BAR,
  end: OPEN + (bar + 1) * BAR,
  levels: [],
});
const defined: OptionInput[] = DEFINITIONS.map((definition) => ({ type: 'definition', definition }));
const trade = (
  instrumentId: number,
  at: number,
  price: number,
  lots: number,
  side: number = Side.Bid,
): OptionInput => ({
  type: 'trade',
  instrumentId,
  at,
  price,
  lots,
  side,
});

/** Compares a row's figures with the twin's: to rounding, where sums are of another order and volatilities by bisection. */
function expectFigures(row: Row, truth: Record<string, number | null>, scale: number): void {
  for (const [name, value] of Object.entries(truth)) {
    const actual = row[name];
    if (value === null) expect(actual).toBeNull();
    else if (!(Math.abs((actual as number) - value) <= 1e-8 * Math.max(Math.abs(value), scale)))
      throw new Error(`${name} is ${String(actual)}, but the twin says ${value}`);
  }
}

describe('option flow', () => {
  it('is what a slow, independent twin counts, in every bar and around every level', () => {
    for (const seed of [1, 20_240_110, 77]) {
      const events = randomDay(seed, 14);
      const rows = play(events).flow;
      const closes = events.flatMap((event, i) => (event.type === 'barEnd' ? [i] : []));
      expect(rows).toHaveLength(3 * closes.length);
      let traded = 0;
      closes.forEach((at, bar) => {
        const truth = twin(events.slice(0, at + 1), 0.04, 6);
        for (const row of rows.slice(3 * bar, 3 * bar + 3)) {
          expect(row.has_flow).toBe(true);
          expectFigures(row, truth.flow(row.level_price as number), 1);
          traded += row.trades as number;
        }
        expect(rows.slice(3 * bar, 3 * bar + 3).map((row) => row.level_id)).toEqual([
          'PRICE',
          'PM_HIGH',
          'SMA_90',
        ]);
      });
      expect(traded).toBeGreaterThan(60);
    }
  });

  it('counts calls bought and puts sold as pressure up, premium as paid', () => {
    const [call, put] = [optionWith(1, 'C', 4775), optionWith(1, 'P', 4775)];
    const [row] = play([
      ...defined,
      { type: 'future', price: 4775 },
      trade(call, OPEN + 1, 20, 10, Side.Bid),
      trade(put, OPEN + 2, 20, 4, Side.Ask),
      trade(put, OPEN + 3, 20, 3, Side.None),
      close(0),
    ]).flow;
    // At the money delta is half, and a little of it.
    expect(row.call_pressure).toBeGreaterThan(5);
    expect(row.call_pressure).toBeLessThan(5.2);
    expect(row.put_pressure).toBeGreaterThan(1.8);
    expect(row.put_pressure).toBeLessThan(2);
    expect(row).toMatchObject({
      call_tide: 20 * 10 * 50,
      put_tide: -20 * 4 * 50,
      premium: 20 * 17 * 50,
      call_tide_share: 10 / 17,
      put_tide_share: -4 / 17,
      call_bought: 10,
      put_sold: 4,
      side_none: 3,
      flow_sign: 'customer',
    });
    const at = row.call_pressure_at;
    expect(at).toBe(row.call_pressure);
  });

  it('turns all signs with the named setting', () => {
    const events = randomDay(5, 10);
    const customer = play(events, settingsWith({ flowSign: 'customer' })).flow;
    const dealer = play(events, settingsWith({ flowSign: 'dealer' })).flow;
    customer.forEach((row, i) => {
      expect(dealer[i].flow_sign).toBe('dealer');
      expect(dealer[i].premium).toBe(row.premium);
      for (const name of Object.keys(row).filter((n) => /pressure|tide/.test(n)))
        expect((dealer[i][name] as number) + (row[name] as number)).toBe(0);
    });
  });

  it('falls back to the last volatility of a strike, then to intrinsic value, where a price yields none', () => {
    const put = optionWith(1, 'P', 4700);
    const rows = play([
      ...defined,
      { type: 'future', price: 4695 },
      // 5 points in the money and paid less: no volatility yields that.
      trade(put, OPEN + 1, 4, 1),
      close(0),
      { type: 'future', price: 4710 },
      trade(put, OPEN + BAR, 15, 1),
      close(1),
      { type: 'future', price: 4695 },
      trade(put, OPEN + 2 * BAR, 4, 1),
      close(2),
    ]).flow;
    expect(rows.map((row) => row.unpriced_trades)).toEqual([1, 0, 1]);
    expect(rows[0].put_pressure).toBeCloseTo(-1, 3);
    expect(rows[2].put_pressure).toBeGreaterThan(-0.7);
    expect(rows[2].put_pressure).toBeLessThan(-0.4);
  });

  it('sums the session, and the share of tide over its window only', () => {
    const call = optionWith(1, 'C', 4800);
    const events: OptionInput[] = [...defined, { type: 'future', price: 4775 }];
    for (let bar = 0; bar < 9; bar++) {
      if (bar < 2) events.push(trade(call, OPEN + bar * BAR, 10, 1, bar === 0 ? Side.Bid : Side.Ask));
      events.push(close(bar));
    }
    const rows = play(events).flow;
    expect(rows.map((row) => row.call_tide_share)).toEqual([1, 0, 0, 0, 0, 0, -1, 0, 0]);
    expect(rows.map((row) => row.session_call_tide)).toEqual([500, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(rows.map((row) => row.call_tide)).toEqual([500, -500, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('option exposure', () => {
  it('is what a slow, independent twin works out', () => {
    let flips = 0;
    for (const seed of [3, 4242]) {
      const events = randomDay(seed, 8);
      const rows = play(events).exposure;
      const closes = events.flatMap((event, i) => (event.type === 'barEnd' ? [i] : []));
      expect(rows.length).toBe(3 * 4);
      for (const row of rows) {
        const at = closes.find((i) => ORIGIN.absolute((events[i] as BarEndInput).end) === row.ts)!;
        const truth = twin(events.slice(0, at + 1), 0.04, 6);
        const figures = truth.exposure(row.level_price as number);
        expectFigures(row, figures, 1e-3 * Math.abs(figures.call_gex!));
        expect(row.missing).toBeNull();
        if (row.flip === null || row.level_id !== 'PRICE') continue;
        const flip = row.flip as number;
        expect(truth.netAt(flip - 0.02) * truth.netAt(flip + 0.02)).toBeLessThan(0);
        flips++;
      }
    }
    expect(flips).toBeGreaterThan(0);
  });

  it('depends on the named sign of dealers and the named scale', () => {
    const events = randomDay(9, 2);
    const of = (changes: Parameters<typeof settingsWith>[0]) =>
      play(events, settingsWith(changes)).exposure[0];
    const usual = of({});
    const [call, put] = [usual.call_gex as number, usual.put_gex as number];
    expect(call).toBeGreaterThan(0);
    expect(put).toBeLessThan(0);
    expect(of({ dealerSign: 'short-both' })).toMatchObject({ call_gex: -call, put_gex: put });
    expect(of({ dealerSign: 'short-calls-long-puts' })).toMatchObject({ call_gex: -call, put_gex: -put });
    const points = of({ gexScale: 'lots-per-point' });
    expect(points).toMatchObject({ gex_scale: 'lots-per-point', flip: usual.flip });
    expect(points.hedge_lots_per_point).toBeCloseTo(
      -((points.call_gex as number) + (points.put_gex as number)),
      9,
    );
    expect(usual.hedge_lots_per_point).toBeCloseTo(
      hedgeLotsPerPoint(call + put, 'usd-per-1pct', usual.future as number, 50),
      9,
    );
    expect(points.hedge_lots_per_point).toBeCloseTo(usual.hedge_lots_per_point as number, 9);
  });

  it('of sign flow, is against what aggressors bought, without any open interest', () => {
    const [bought, sold] = [optionWith(1, 'C', 4780), optionWith(1, 'P', 4760)];
    const [row] = play(
      [
        ...defined,
        { type: 'future', price: 4775 },
        trade(bought, OPEN + 1, 15, 20, Side.Bid),
        trade(sold, OPEN + 2, 12, 20, Side.Ask),
        close(0),
        close(1),
      ],
      settingsWith({ dealerSign: 'flow' }),
    ).exposure;
    expect(row.has_exposure).toBe(true);
    expect(row.call_gex).toBeLessThan(0);
    expect(row.put_gex).toBeGreaterThan(0);
    expect(row.call_wall).toBe(4780);
    expect(row.put_wall).toBe(4760);
    expect(row.call_gex_above_1).toBe(row.call_gex);
    expect(row.flip).toBeGreaterThan(4760);
    expect(row.flip).toBeLessThan(4780);
  });

  it("uses yesterday's open interest only: neither an older figure nor today's replaces it", () => {
    const id = optionWith(1, 'C', 4780);
    const [row] = play([
      ...defined,
      { type: 'future', price: 4775 },
      { type: 'openInterest', instrumentId: id, day: YESTERDAY, lots: 100 },
      { type: 'openInterest', instrumentId: id, day: YESTERDAY - 3, lots: 7 },
      { type: 'openInterest', instrumentId: id, day: YESTERDAY + 1, lots: 5000 },
      trade(id, OPEN + 1, 15, 1),
      close(0),
      close(1),
    ]).exposure;
    expect(row).toMatchObject({ open_interest: 100, priced_open_interest: 100 });
  });

  it('takes volatilities from settlements until a strike trades', () => {
    const [call, put] = [optionWith(1, 'C', 4775), optionWith(1, 'P', 4775)];
    const rows = play([
      ...defined,
      { type: 'future', price: 4775 },
      { type: 'openInterest', instrumentId: call, day: YESTERDAY, lots: 100 },
      { type: 'settlement', instrumentId: call, day: YESTERDAY, price: 25 },
      { type: 'settlement', instrumentId: put, day: YESTERDAY, price: 25 },
      close(0),
      close(1),
      trade(call, OPEN + 2 * BAR, 40, 1),
      close(2),
      close(3),
    ]).exposure;
    expect(rows).toHaveLength(2);
    expect(rows[1].nearest_vol as number).toBeGreaterThan(1.5 * (rows[0].nearest_vol as number));
  });

  it('prices expiries of which nothing is known by the one nearest in time', () => {
    const quarterly = optionWith(2, 'C', 4775);
    const events = (traded: number): OptionInput[] => [
      ...defined,
      { type: 'future', price: 4775 },
      { type: 'openInterest', instrumentId: quarterly, day: YESTERDAY, lots: 100 },
      trade(optionWith(0, 'C', 4775), OPEN + 1, 20, 1),
      trade(traded, OPEN + 2, 24, 1),
      close(0),
      close(1),
    ];
    const friday = play(events(optionWith(1, 'C', 4775))).exposure[0];
    const own = play(events(quarterly)).exposure[0];
    expect(friday).toMatchObject({ open_interest: 100, priced_open_interest: 100 });
    // The Friday option at 24 points stands at a multiple of the volatility of a quarterly at 24.
    expect(friday.call_gex).toBeGreaterThan(0);
    expect(own.call_gex as number).toBeGreaterThan(2 * (friday.call_gex as number));
  });

  it('leaves out what has expired', () => {
    const [today, friday] = [optionWith(0, 'C', 4775), optionWith(1, 'C', 4775)];
    const expiry = DEFINITIONS[0].expiresAt;
    const closing = (end: number): OptionInput => ({ type: 'barEnd', start: end - BAR, end, levels: [] });
    const rows = play(
      [
        ...defined,
        { type: 'future', price: 4775 },
        { type: 'openInterest', instrumentId: today, day: YESTERDAY, lots: 100 },
        { type: 'openInterest', instrumentId: friday, day: YESTERDAY, lots: 10 },
        trade(today, OPEN + 1, 9, 1),
        trade(friday, OPEN + 2, 25, 1),
        closing(expiry - BAR),
        closing(expiry),
        trade(today, expiry, 9, 1),
        closing(expiry + BAR),
      ],
      settingsWith({ exposureBars: 1 }),
    );
    expect(rows.exposure.map((row) => row.open_interest)).toEqual([110, 10, 10]);
    expect(rows.exposure[0].nearest_expiry_seconds).toBe(5);
    expect(rows.exposure[1].nearest_expiry_seconds).toBe(2 * 86_400);
    expect(rows.flow[2]).toMatchObject({ trades: 0, other_excluded_trades: 1 });
  });
});

describe('without data', () => {
  const figuresOf = (row: Row, contract: typeof silverOptionFlow) =>
    contract.columns
      .filter(
        ({ name }) =>
          !/^(contract|trade_date|bar_start_utc|ts|level_id|level_price|future|has_|missing|flow_sign|dealer_sign|gex_scale|year_fraction|rate)/.test(
            name,
          ),
      )
      .map(({ name }) => row[name]);

  it('rows are null, say so, and break nothing', () => {
    const rows = play([{ type: 'future', price: 4775 }, close(0), close(1)]);
    expect(rows.flow).toHaveLength(2);
    expect(rows.flow[0]).toMatchObject({ has_flow: false, missing: 'no option definitions', future: 4775 });
    expect(rows.exposure[0]).toMatchObject({ has_exposure: false, missing: 'no option definitions' });
    for (const value of [
      ...figuresOf(rows.flow[0], silverOptionFlow),
      ...figuresOf(rows.exposure[0], silverOptionExposure),
    ])
      expect(value).toBeNull();
  });

  it('says what is missing, step by step', () => {
    const id = optionWith(1, 'C', 4780);
    const every = settingsWith({ exposureBars: 1 });
    const rows = play(
      [
        ...defined,
        close(0),
        { type: 'future', price: 4775 },
        close(1),
        { type: 'openInterest', instrumentId: id, day: YESTERDAY, lots: 100 },
        close(2),
        trade(id, OPEN + 3 * BAR, 15, 1),
        close(3),
      ],
      every,
    );
    expect(rows.flow.map((row) => row.missing)).toEqual([
      'no option trades',
      'no option trades',
      'no option trades',
      null,
    ]);
    expect(rows.exposure.map((row) => row.missing)).toEqual([
      'no price of the future',
      'no open interest',
      'no volatility',
      null,
    ]);
    expect(rows.flow[0].level_price).toBeNull();
  });

  it('trades without definitions say nothing, and so are no data', () => {
    const [row] = play([{ type: 'future', price: 4775 }, trade(1000, OPEN, 10, 5), close(0)]).flow;
    expect(row).toMatchObject({ has_flow: false, missing: 'no option definitions', call_pressure: null });
  });

  it('a feed of combinations alone is data: no flow, not unknown flow', () => {
    const [row] = play([
      ...defined,
      { type: 'future', price: 4775 },
      trade(9001, OPEN, -3, 5),
      close(0),
    ]).flow;
    expect(row).toMatchObject({ has_flow: true, trades: 0, call_pressure: 0, combination_trades: 1 });
  });
});

describe('the operator', () => {
  it('knows nothing of the future: cutting the day anywhere changes nothing before', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const events = randomDay(seed, 12);
        const whole = play(events);
        const cut = play(events.slice(0, Math.floor(share * events.length)));
        expect(cut.flow).toEqual(whole.flow.slice(0, cut.flow.length));
        expect(cut.exposure).toEqual(whole.exposure.slice(0, cut.exposure.length));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from its saved form as if nothing had happened', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const events = randomDay(seed, 12);
        const random = randomFrom(seed + 1);
        const rows: Played = { flow: [], exposure: [] };
        let operator = newOperator();
        for (const event of events) {
          if (random() < 0.05) {
            collect(rows, operator.take());
            operator = newOperator(settingsWith(), saveState(operator));
          }
          operator.push(event);
        }
        collect(rows, operator.take());
        expect(rows).toEqual(play(events));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses saved bytes that are not its own', () => {
    const operator = newOperator();
    for (const event of randomDay(1, 3)) operator.push(event);
    const saved = saveState(operator);
    const refused = expect.objectContaining({ code: 'CorruptState' });
    expect(() => newOperator(settingsWith(), saved.subarray(0, saved.length - 8))).toThrow(refused);
    expect(() => newOperator(settingsWith({ tideBars: 7 }), saved)).toThrow(refused);
    expect(() => newOperator(settingsWith({ flowSign: 'dealer' }), saved)).toThrow(refused);
    expect(() => newOperator(settingsWith(), new Uint8Array(40))).toThrow(refused);
  });

  it('writes rows that fulfil the contracts of their tables, with unique keys', () => {
    const rows = play(randomDay(11, 12));
    const masked = play([close(0), close(1)]);
    for (const [contract, all] of [
      [silverOptionFlow, rows.flow],
      [silverOptionExposure, rows.exposure],
      [silverOptionFlow, masked.flow],
      [silverOptionExposure, masked.exposure],
    ] as const) {
      const builder = new TableBuilder(contract);
      for (const row of all) builder.push(row);
      const batch = builder.build();
      expect(batch.rowCount).toBe(all.length);
      expect(all.length).toBeGreaterThan(0);
      const names = contract.columns.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of contract.key) expect(names).toContain(name);
      expect(new Set(Object.keys(all[0]))).toEqual(
        new Set(names.filter((name) => !contract.partitionBy.includes(name))),
      );
      const keys = all.map((row) => contract.key.map((name) => String(row[name])).join('|'));
      expect(new Set(keys).size).toBe(keys.length);
      for (const { name, oneOf } of contract.columns)
        if (oneOf) for (const row of all) expect([null, ...oneOf]).toContain(row[name]);
    }
    expect(rows.flow[0].bar_start_utc).toBe(ORIGIN.absolute(OPEN));
  });

  it('refuses to be built around anything but a future', () => {
    const options = {
      contract: 'ESH4-ESM4',
      product: ES,
      tradeDate: TRADE_DATE,
      origin: ORIGIN,
      settings: settingsWith(),
      barSeconds: 5,
    };
    expect(() => new OptionsOperator(options)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
  });
});

describe('options on another future of the product', () => {
  /** Points the future of the session lies above the one its options are on. */
  const BASIS = 54.75;
  const settings = settingsWith({ gexScale: 'lots-per-point' });
  const [OURS, THEIRS] = [9101, 9102];

  /** A day of options on ESH4, without those on other futures. */
  const day = (seed: number) =>
    randomDay(seed).filter((event) => {
      if (event.type === 'definition') return event.definition.instrumentId !== ON_NEXT_FUTURE;
      return event.type !== 'trade' || event.instrumentId !== ON_NEXT_FUTURE;
    });

  /** The same seen from ESM4, which trades higher; `told` is what tells where either future stands. */
  function seenFromNext(events: readonly OptionInput[], told: readonly OptionInput[]): Played {
    const operator = new OptionsOperator({
      contract: 'ESM4',
      product: ES,
      tradeDate: TRADE_DATE,
      origin: ORIGIN,
      settings,
      barSeconds: 5,
    });
    for (const event of [...told, ...events])
      if (event.type === 'future') operator.push({ ...event, price: event.price + BASIS });
      else if (event.type !== 'barEnd') operator.push(event);
      else
        operator.push({
          ...event,
          levels: event.levels.map(({ levelId, price }) => ({ levelId, price: price + BASIS })),
        });
    const rows: Played = { flow: [], exposure: [] };
    collect(rows, operator.take());
    return rows;
  }

  const future = (instrumentId: number, underlying: string): OptionInput => ({
    type: 'definition',
    definition: { instrumentId, kind: Kind.Future, underlying, strike: NaN, expiresAt: NaN },
  });
  const settled = (instrumentId: number, price: number): OptionInput => ({
    type: 'settlement',
    instrumentId,
    day: YESTERDAY,
    price,
  });
  const bothSettled = [
    future(OURS, 'ESM4'),
    future(THEIRS, 'ESH4'),
    settled(OURS, 4770 + BASIS),
    settled(THEIRS, 4770),
    // Bases are known from the end of a bar on, as volatilities are.
    { type: 'barEnd', start: OPEN - BAR, end: OPEN, levels: [] } as const,
  ];
  const afterFirst = ({ flow, exposure }: Played): Row[] =>
    [...flow, ...exposure].filter(
      (row) => ((row.bar_start_utc ?? row.ts) as bigint) >= ORIGIN.absolute(OPEN) + 1n,
    );

  it('give the figures they give seen from their own, all prices higher by the basis', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const own = afterFirst(play([bothSettled[4], ...day(seed)], settings));
        const next = afterFirst(seenFromNext(day(seed), bothSettled));
        expect(next.length).toBe(own.length);
        const prices = new Set(['level_price', 'future', 'call_wall', 'put_wall']);
        next.forEach((row, i) => {
          for (const [name, value] of Object.entries(row)) {
            const expected = own[i][name];
            // Searched for on a grid about the price, which is another.
            if (name === 'flip') continue;
            if (prices.has(name) && expected !== null)
              expect(value).toBeCloseTo((expected as number) + BASIS, 9);
            else if (typeof value === 'number') expect(value).toBeCloseTo(expected as number, 6);
            else expect(value).toEqual(expected);
          }
        });
        expect(next.some(({ has_flow }) => has_flow === true)).toBe(true);
        expect(next.some(({ has_exposure }) => has_exposure === true)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('enter no figure while nothing tells where their future stands, and are counted', () => {
    const { flow, exposure } = seenFromNext(day(7), []);
    expect(
      exposure.every(({ missing }) => missing === 'no basis' || missing === 'no price of the future'),
    ).toBe(true);
    const last = flow.filter(({ level_id }) => level_id === 'PRICE');
    expect(last.every(({ lots }) => !lots)).toBe(true);
    expect(last.reduce((sum, row) => sum + ((row.other_excluded_trades as number) ?? 0), 0)).toBeGreaterThan(
      50,
    );
  });

  it('go on identically after being saved and restored', () => {
    const events = [...bothSettled, ...day(11)];
    const whole = play(events, settings);
    const half = newOperator(settings);
    for (const event of events.slice(0, 400)) half.push(event);
    const rows: Played = { flow: [], exposure: [] };
    collect(rows, half.take());
    const restored = newOperator(settings, saveState(half));
    for (const event of events.slice(400)) restored.push(event);
    collect(rows, restored.take());
    expect(rows).toEqual(whole);
  });
});
