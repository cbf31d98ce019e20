import { sessionOf } from '../../../graph/market/calendar';
import { Market } from '../../../graph/sim/market';
import { Random } from '../../../graph/random/random';
import { writeSnapshot } from '../../../graph/sim/files/snapshots';
import { scheduleOf } from '../../../graph/sim/flow/schedule';
import { readDbn } from '../../../lake/raw/dbnFile';
import { dataPath, describeWithData } from '../../support/data';
import { quantile, Replica } from './replica';
import { poolOf } from './simulated';
import { ES } from '../../support/products';

/** ES, 2023-12-25 23:00-24:00 UTC: what the measuring below makes of the real file. */
const MEASURED = {
  patterns: { A: 0.4336, C: 0.265, M: 0.24, T: 0.061, TFC: 0.0237, TFM: 0.0157, TFFCC: 0.0061 },
  modifies: { price: 0.821, down: 0.172 },
  adds: { inside: 0.037, touch: 0.558, '1-3': 0.097, '4-10': 0.069, beyond: 0.239 },
  cancels: { touch: 0.708, '1-3': 0.088, '4-10': 0.066, beyond: 0.138 },
  oneTick: 0.909,
  sizeOne: 0.748,
  fillsPerMatch: 2.25,
  lotsPerTrade: 3.37,
  amended: 0.036,
  stops: 0.032,
  icebergRefreshes: 0.028,
  lifetimesMs: [1.09, 4161, 165_864],
  delaysUs: [92, 117, 1478],
};

type Figures = typeof MEASURED;

function figuresOf(replica: Replica): Figures {
  const { share } = Replica;
  const events = Object.values(replica.patterns).reduce((sum, n) => sum + n, 0);
  const matches = Object.entries(replica.patterns).filter(([pattern]) => pattern.startsWith('T'));
  const matched = matches.reduce((sum, [, n]) => sum + n, 0);
  const pattern = (name: string) => (replica.patterns[name] ?? 0) / events;
  const cancelled: Record<string, number> = { ...replica.cancels };
  for (const [zone, n] of Object.entries(replica.fills)) cancelled[zone] = (cancelled[zone] ?? 0) + n;
  const zones = (counts: Record<string, number>) => ({
    touch: share(counts, 'touch'),
    '1-3': share(counts, '1-3'),
    '4-10': share(counts, '4-10'),
    beyond: share(counts, 'beyond'),
  });
  const trades = replica.actions.T;
  return {
    patterns: {
      A: pattern('A'),
      C: pattern('C'),
      M: pattern('M'),
      T: matched / events,
      TFC: pattern('TFC'),
      TFM: pattern('TFM'),
      TFFCC: pattern('TFFCC'),
    },
    modifies: { price: share(replica.modifies, 'price'), down: share(replica.modifies, 'down') },
    adds: { inside: share(replica.adds, 'inside'), ...zones(replica.adds) },
    cancels: zones(cancelled),
    oneTick: share(replica.spreads, '1'),
    sizeOne: replica.addSizes.filter((size) => size === 1).length / replica.addSizes.length,
    fillsPerMatch: replica.actions.F / matched,
    lotsPerTrade: replica.volume / trades,
    amended: replica.aggressors.amended / trades,
    stops: replica.aggressors.stop / trades,
    icebergRefreshes: replica.icebergRefreshes / trades,
    lifetimesMs: [0.1, 0.5, 0.9].map((p) => quantile(replica.lifetimes, p) / 1e6),
    delaysUs: [0.1, 0.5, 0.99].map((p) => quantile(replica.delays, p) / 1e3),
  };
}

describeWithData('the measuring', () => {
  it('finds in the real hour what the simulator is calibrated to', async () => {
    const opened = 1_703_545_201_000_000_000n;
    const replica = new Replica((t) => t >= opened);
    await readDbn(dataPath('esh4-glbx-mdp3-20231225.mbo.dbn.zst'), { mbo: (batch) => replica.apply(batch) });
    const figures = figuresOf(replica);
    const flat = (object: object): number[] =>
      Object.values(object).flatMap((value) => (typeof value === 'number' ? [value] : flat(value)));
    const expected = flat(MEASURED);
    flat(figures).forEach((value, k) => expect(Math.abs(value / expected[k] - 1)).toBeLessThan(0.03));
    // Of a file without faults but what comes of its age: no R, no end of the snapshot, F at the auction before trading.
    expect(Object.keys(replica.faults).sort()).toEqual([
      'fill of an unknown order',
      'snapshot without an end',
      'snapshot without its clear',
      'trade outside trading',
    ]);
    expect([replica.orders.size, replica.crossed, replica.volume]).toEqual([11_217, 891, 9892]);
  });
});

describe('an evening hour at the measured pace', () => {
  const { origin, days } = scheduleOf(ES, '2024-03-05', 1);
  const pool = poolOf(16_384);
  // That many a day are some 45,000 events in the hour after the opening.
  const day = days[0].timetable(2_600_000);
  const opening = day.spans[0].open + 5 * 60e9;
  const market = new Market({
    instrumentId: 17_077,
    origin,
    tickNanos: 250_000_000,
    start: 20_400,
    zero: 0,
    strength: 0.8,
    // The real hour after a holiday was calm: 1.0 square ticks a second in its first five minutes and .06 afterwards, where this time of
    // day has .6 and .22 on average.
    volatility: { on: () => ({ at: (t) => (t < opening ? 1.7 : 0.27) }) },
    random: new Random(7),
    source: () => pool.take(),
  });
  const { open } = sessionOf('2024-03-05', ES).hours[0];
  const replica = new Replica((t) => t > open + 1_000_000n);
  market.stock(day.spans[0].preOpen, 36 * 3600e9);
  writeSnapshot(market.book, market.writer, day.spans[0].preOpen);
  market.schedule(day);
  const end = day.spans[0].open + 3600e9;
  for (let done = false; !done;) {
    done = market.advance(end);
    if (done) market.writer.flush();
    for (const batch of market.writer.ready.splice(0)) {
      replica.apply(batch);
      pool.give(batch);
    }
  }
  const figures = figuresOf(replica);

  /** Absolute tolerances in shares: 0.03 is 3 of 100 events. */
  const near = (value: number, expected: number, tolerance: number) =>
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);
  const within = (value: number, expected: number, factor: number) => {
    expect(value).toBeGreaterThan(expected / factor);
    expect(value).toBeLessThan(expected * factor);
  };

  it('is free of faults', () => {
    expect(replica.faults).toEqual({});
    within(replica.events, 46_000, 1.2);
  });

  it('has the event patterns of the real one', () => {
    const { patterns } = figures;
    near(patterns.A, MEASURED.patterns.A, 0.04);
    near(patterns.C, MEASURED.patterns.C, 0.04);
    near(patterns.M, MEASURED.patterns.M, 0.03);
    near(patterns.T, MEASURED.patterns.T, 0.015);
    for (const name of ['TFC', 'TFM', 'TFFCC'] as const) within(patterns[name], MEASURED.patterns[name], 1.4);
    within(figures.fillsPerMatch, MEASURED.fillsPerMatch, 1.3);
    within(figures.lotsPerTrade, MEASURED.lotsPerTrade, 1.6);
    // Sweeps: more than one price, or stops, in one event.
    const sweeps = Object.entries(replica.patterns).filter(([pattern]) => /T.*T/.test(pattern));
    expect(sweeps.reduce((sum, [, n]) => sum + n, 0)).toBeGreaterThan(20);
    const rows = [...replica.perSecond.values()];
    // The real hour's busiest second had 662.
    within(Math.max(...rows), 662, 3);
  });

  it('has its changes of orders', () => {
    near(figures.modifies.price, MEASURED.modifies.price, 0.06);
    near(figures.modifies.down, MEASURED.modifies.down, 0.06);
    expect(replica.modifies.up).toBeGreaterThan(0);
    expect(replica.modifies.same).toBeGreaterThan(0);
  });

  it('adds and cancels orders where the real one does', () => {
    for (const zone of ['inside', 'touch', '1-3', '4-10', 'beyond'] as const)
      near(figures.adds[zone], MEASURED.adds[zone], 0.03);
    // The real hour follows a holiday and its book still fills up: less is cancelled far from the market.
    for (const zone of ['touch', '1-3', '4-10', 'beyond'] as const)
      near(figures.cancels[zone], MEASURED.cancels[zone], 0.15);
  });

  it('has its sizes, lifetimes, delays and spread', () => {
    near(figures.sizeOne, MEASURED.sizeOne, 0.02);
    near(figures.oneTick, MEASURED.oneTick, 0.03);
    figures.lifetimesMs.forEach((value, k) => within(value, MEASURED.lifetimesMs[k], 1.7));
    figures.delaysUs.forEach((value, k) => within(value, MEASURED.delaysUs[k], 1.5));
  });

  it('has its kinds of aggressor, and its icebergs', () => {
    within(figures.amended, MEASURED.amended, 1.6);
    within(figures.stops, MEASURED.stops, 1.8);
    within(figures.icebergRefreshes, MEASURED.icebergRefreshes, 1.8);
    expect(replica.aggressors.ambiguous).toBe(0);
  });
});
