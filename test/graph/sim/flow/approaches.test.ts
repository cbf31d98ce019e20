import { MboBatch, Action, Side } from '../../../../graph/records/mbo';
import { Simulation, type TruthRow } from '../../../../graph/sim/simulation';
import { poolOf, REQUEST } from '../simulated';
import { PRODUCTS } from '../../../support/products';

const TICK = 0.25;
const HORIZON_NS = 480e9;
const BASE = BigInt(Date.parse('2024-03-31')) * 1_000_000n;

/** What the rows of one day say about its touches, read without the truth's outcomes. */
interface Observed {
  /** Trades: ns since `BASE`, points. */
  times: number[];
  prices: number[];
  /** Lots added less lots cancelled: times, prices, sides (+1 bid), lots. */
  bookTimes: number[];
  bookPrices: number[];
  bookSigns: number[];
  bookLots: number[];
}

const empty = (): Observed => ({
  times: [],
  prices: [],
  bookTimes: [],
  bookPrices: [],
  bookSigns: [],
  bookLots: [],
});

function observe(batch: MboBatch, out: Observed): void {
  for (let i = 0; i < batch.length; i++) {
    const action = batch.action[i];
    if (batch.flags[i] & 32 || batch.side[i] === Side.None) continue;
    const sign = batch.side[i] === Side.Bid ? 1 : -1;
    const price = Number(batch.price[i]) / 1e9;
    if (action === Action.Trade) {
      out.times.push(Number(batch.tsEvent[i] - BASE));
      out.prices.push(price);
    } else if (action === Action.Add || action === Action.Cancel) {
      out.bookTimes.push(Number(batch.tsEvent[i] - BASE));
      out.bookPrices.push(price);
      out.bookSigns.push(sign);
      out.bookLots.push(action === Action.Add ? batch.size[i] : -batch.size[i]);
    }
  }
}

const nanos = (iso: string) =>
  Number(BigInt(Date.parse(`${iso.slice(0, 19)}Z`)) * 1_000_000n + BigInt(iso.slice(20, 29)) - BASE);

interface Touch {
  row: TruthRow;
  /** By the barriers, trade by trade, from the rows alone. */
  outcome: TruthRow['outcome'];
  /** Lots the level's defenders put in its way during the approach, net of what they took away, per minute. */
  defence: number;
}

function study(row: TruthRow, seen: Observed, close: number): Touch {
  const toward = row.direction === 'UP' ? 1 : -1;
  const [from, at] = [nanos(row.approach_time), nanos(row.time)];
  let defence = 0;
  seen.bookTimes.forEach((t, k) => {
    if (t < from || t >= at || seen.bookSigns[k] === toward) return;
    const behind = ((seen.bookPrices[k] - row.price) * toward) / TICK;
    if (behind >= -1.5 && behind <= 4.5) defence += seen.bookLots[k];
  });
  let outcome: Touch['outcome'] = 'CHOP';
  for (let k = 0; k < seen.times.length; k++) {
    const t = seen.times[k];
    if (t <= at) continue;
    if (t > at + HORIZON_NS || t > close) break;
    const beyond = (seen.prices[k] - row.price) * toward;
    if (Math.abs(beyond) < 5) continue;
    outcome = beyond > 0 ? 'BREAK' : 'REJECT';
    break;
  }
  return { row, outcome, defence: defence / ((at - from) / 60e9 + 0.2) };
}

function touchesOf(strength: number, days: number, events: number): Touch[] {
  const pool = poolOf(16_384);
  const touches: Touch[] = [];
  let seen = empty();
  const request = { ...REQUEST, from: '2024-04-01', days, events, strength, seed: 5 };
  for (const output of new Simulation(request, pool, PRODUCTS).run()) {
    if (output.kind === 'mbo') {
      observe(output.batch, seen);
      pool.give(output.batch);
    } else if (output.kind === 'truth') {
      const close = nanos(`${output.tradeDate}T20:00:00.000000000Z`);
      for (const row of output.rows) touches.push(study(row, seen, close));
      seen = empty();
    }
  }
  return touches;
}

const share = <T>(values: T[], which: (value: T) => boolean) => values.filter(which).length / values.length;

/** Whether one sample lies above another: z of the Mann-Whitney statistic. */
function mannWhitney(a: number[], b: number[]): number {
  let wins = 0;
  for (const x of a) for (const y of b) wins += x > y ? 1 : x === y ? 0.5 : 0;
  const n = a.length * b.length;
  return (wins - n / 2) / Math.sqrt((n * (a.length + b.length + 1)) / 12);
}

const defences = (touches: Touch[], outcome: Touch['outcome']) =>
  touches.filter((touch) => touch.outcome === outcome).map(({ defence }) => defence);

describe('what is planted at levels', () => {
  const known = touchesOf(1, 6, 120_000);

  it('comes several times a session, up and down, at most kinds of level', () => {
    expect(known.length / 6).toBeGreaterThan(3);
    expect(known.length / 6).toBeLessThan(40);
    expect(new Set(known.map(({ row }) => row.level)).size).toBeGreaterThan(5);
    for (const direction of ['UP', 'DOWN']) {
      const one = share(known, ({ row }) => row.direction === direction);
      expect(one).toBeGreaterThan(0.2);
    }
  });

  it('writes down outcomes as trades had them', () => {
    expect(share(known, ({ row, outcome }) => row.realised === outcome)).toBeGreaterThan(0.98);
  });

  // Prints lie a tick or two from the latent price: where it turns that close to a barrier 20 ticks away, the two may end differently, as
  // one touch in twelve does (a standard error of so many is .02). By chance a third would agree.
  const LATENT_AGREES = 0.85;

  it('at strength 1 the latent outcome is the realised one nearly always, and the flow has shown it', () => {
    expect(share(known, ({ row, outcome }) => row.outcome === outcome)).toBeGreaterThan(LATENT_AGREES);
    // What is shown was looked up before the touch, whose time and price were not known yet.
    expect(share(known, ({ row, outcome }) => row.shown === outcome)).toBeGreaterThan(LATENT_AGREES - 0.1);
    // Levels that hold were built up before, those that break were cleared.
    expect(mannWhitney(defences(known, 'REJECT'), defences(known, 'BREAK'))).toBeGreaterThan(4);
  });

  const unknown = touchesOf(0, 8, 100_000);

  it('at strength 0 the flow shows the same things, and they have nothing to do with outcomes', () => {
    const shown = (touches: Touch[], outcome: string) => share(touches, ({ row }) => row.shown === outcome);
    // Of six days and eight, each as calm or lively as it is, shares differ by a standard error of .08.
    for (const outcome of ['BREAK', 'REJECT'])
      expect(Math.abs(shown(unknown, outcome) - shown(known, outcome))).toBeLessThan(0.2);
    const byShown = (outcome: string) =>
      unknown.filter(({ row }) => row.shown === outcome).map(({ defence }) => defence);
    expect(mannWhitney(byShown('REJECT'), byShown('BREAK'))).toBeGreaterThan(4);

    expect(share(unknown, ({ row, outcome }) => row.outcome === outcome)).toBeGreaterThan(LATENT_AGREES);
    const agree = share(unknown, ({ row, outcome }) => row.shown === outcome);
    const chance = ['BREAK', 'REJECT', 'CHOP']
      .map((o) => shown(unknown, o) * share(unknown, ({ outcome }) => outcome === o))
      .reduce((sum, p) => sum + p, 0);
    const deviation = Math.sqrt((chance * (1 - chance)) / unknown.length);
    expect(Math.abs(agree - chance)).toBeLessThan(3 * deviation);
    expect(Math.abs(mannWhitney(defences(unknown, 'REJECT'), defences(unknown, 'BREAK')))).toBeLessThan(3);
  });

  it('tells how far the touch was from the level, and whose signal was on the book', () => {
    const all = [...known, ...unknown].map(({ row }) => row);
    // A thin market may trade across the level at once; from the near side it touches within two ticks.
    for (const { distance } of all) expect(distance).toBeGreaterThanOrEqual(-2);
    expect(share(all, ({ distance }) => distance <= 2)).toBeGreaterThan(0.95);
    const others = all.filter(({ approach, signal_of }) => signal_of !== approach);
    expect(others.length / all.length).toBeGreaterThan(0.05);
    expect(others.length / all.length).toBeLessThan(0.45);
    expect(new Set(all.map(({ date, approach, strength }) => `${date} ${approach} ${strength}`)).size).toBe(
      all.length,
    );
    for (const { signal_of } of others) expect(signal_of).toMatch(/^[A-Z]+_(HIGH|LOW|90|20)-[1-9]\d*$/);
  });

  it('ends as touches of a real market do: many undecided', () => {
    const all = [...known, ...unknown];
    const rate = (outcome: string) => share(all, (touch) => touch.outcome === outcome);
    for (const outcome of ['BREAK', 'REJECT']) {
      expect(rate(outcome)).toBeGreaterThan(0.25);
      expect(rate(outcome)).toBeLessThan(0.5);
    }
    expect(rate('CHOP')).toBeGreaterThan(0.1);
    expect(rate('CHOP')).toBeLessThan(0.4);
  });
});
