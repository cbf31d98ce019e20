/**
 * Option flow and exposure the slow way: for every row from all events before it, over plain objects, with greeks from the
 * textbook formulas and volatilities by bisection.
 */
import { ES } from '../../support/products';
import { Side } from '../../../graph/records/mbo';
import { sessionOf } from '../../../graph/market/calendar';
import { isoDate } from '../../../graph/market/days';
import type { OptionDefinition } from '../../../graph/options/definition';
import type { BarEndInput, OptionInput, OptionTradeInput } from '../../../graph/options/inputs';
import { CONTRACT, ORIGIN, YESTERDAY } from './support';

const YEAR = 365 * 86_400e9;
const MULTIPLIER = 50;
const years = (expiresAt: number, at: number) => Math.max(expiresAt - at, 60e9) / YEAR;

function erfc(x: number): number {
  const z = Math.abs(x);
  // Series below 3, continued fraction above.
  let tail: number;
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let n = 1; n < 200; n++) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    tail = 1 - (2 / Math.sqrt(Math.PI)) * sum;
  } else {
    let fraction = z;
    for (let k = 120; k > 0; k--) fraction = z + k / 2 / fraction;
    tail = Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
  }
  return x < 0 ? 2 - tail : tail;
}
const N = (x: number) => 0.5 * erfc(-x / Math.SQRT2);
const n = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const d1Of = (F: number, K: number, T: number, vol: number) =>
  Math.log(F / K) / (vol * Math.sqrt(T)) + (vol * Math.sqrt(T)) / 2;

function price(right: number, F: number, K: number, T: number, vol: number, rate: number): number {
  const d1 = d1Of(F, K, T, vol);
  const d2 = d1 - vol * Math.sqrt(T);
  return Math.exp(-rate * T) * right * (F * N(right * d1) - K * N(right * d2));
}

/** Volatility by bisection on the out-of-the-money price; null if there is none. */
function volatility(
  right: number,
  value: number,
  F: number,
  K: number,
  T: number,
  rate: number,
): number | null {
  const discount = Math.exp(-rate * T);
  const intrinsic = Math.max(right * (F - K), 0) * discount;
  if (!(value > intrinsic) || value >= discount * (right > 0 ? F : K)) return null;
  const otm = K >= F ? 1 : -1;
  const target = value - intrinsic;
  let [low, high] = [1e-4, 20];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (price(otm, F, K, T, middle, rate) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

interface Known {
  definitions: Map<number, OptionDefinition>;
  future: number;
  openInterest: Map<number, number>;
  openInterestDays: Map<number, number>;
  settlements: Map<number, number>;
  /** By expiry and strike: when and at what volatility it last traded. */
  observed: Map<string, { at: number; vol: number }>;
  /** Likewise, at what volatility it settled, as of the last bar's end. */
  settled: Map<string, number>;
  bought: Map<number, number>;
}

const key = ({ expiresAt, strike }: OptionDefinition) => `${expiresAt}/${strike}`;

interface Counted {
  trade: OptionTradeInput;
  option: OptionDefinition;
  sign: number;
  pressure: number;
  tide: number;
  premium: number;
  unpriced: boolean;
}

/** What one trade counts for, or why it does not. */
function count(trade: OptionTradeInput, known: Known, rate: number): Counted | 'combination' | 'other' {
  const option = known.definitions.get(trade.instrumentId);
  if (option?.kind === 2) return 'combination';
  if (!option || Math.abs(option.kind) !== 1 || option.underlying !== CONTRACT) return 'other';
  if (trade.at >= option.expiresAt || !(trade.price > 0) || !(known.future > 0)) return 'other';
  const right = option.kind;
  const T = years(option.expiresAt, trade.at);
  const vol = volatility(right, trade.price, known.future, option.strike, T, rate);
  const used = vol ?? known.observed.get(key(option))?.vol ?? known.settled.get(key(option));
  const moneyness = Math.sign(known.future - option.strike);
  const d1 = used === undefined ? moneyness * Infinity : d1Of(known.future, option.strike, T, used);
  const delta = right * Math.exp(-rate * T) * (used === undefined && moneyness === 0 ? 0.5 : N(right * d1));
  const sign = trade.side === Side.Bid ? 1 : trade.side === Side.Ask ? -1 : 0;
  if (vol !== null && right * (known.future - option.strike) <= 0) {
    const old = known.observed.get(key(option));
    if (!old || trade.at >= old.at) known.observed.set(key(option), { at: trade.at, vol });
  }
  known.bought.set(trade.instrumentId, (known.bought.get(trade.instrumentId) ?? 0) + sign * trade.lots);
  const premium = trade.price * trade.lots * MULTIPLIER;
  return {
    trade,
    option,
    sign,
    pressure: sign * trade.lots * delta,
    tide: sign * premium,
    premium,
    unpriced: vol === null,
  };
}

const add = <T>(items: T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0);

/** Distance in bands, by the default settings: 0 at the price, 1 to 3 away from it, null beyond. */
function ring(strike: number, price: number): string | null {
  const distance = Math.abs(strike - price);
  if (distance <= 2.5) return 'at';
  const name = strike > price ? 'above' : 'below';
  if (distance <= 7.5) return `${name}_1`;
  if (distance <= 12.5) return `${name}_2`;
  return distance <= 25 ? `${name}_3` : null;
}
const RINGS = ['below_3', 'below_2', 'below_1', 'at', 'above_1', 'above_2', 'above_3'];

/** Settled volatilities: the out-of-the-money side against the forward of parity, where call and put have settled. */
function settledVols(known: Known, rate: number): Map<string, number> {
  const vols = new Map<string, number>();
  const at = Number(sessionOf(isoDate(YESTERDAY), ES).rthClose - ORIGIN.ns);
  const expiries = new Set([...known.definitions.values()].map(({ expiresAt }) => expiresAt));
  for (const expiresAt of expiries) {
    const both: { strike: number; call: number; put: number }[] = [];
    for (const [id, { kind, strike, expiresAt: own, underlying }] of known.definitions) {
      if (own !== expiresAt || kind !== 1 || underlying !== CONTRACT) continue;
      const call = known.settlements.get(id);
      const put = known.settlements.get(id + 1);
      if (call !== undefined && put !== undefined) both.push({ strike, call, put });
    }
    if (both.length === 0) continue;
    const T = years(expiresAt, at);
    const [nearest] = [...both].sort(
      (a, b) => Math.abs(a.call - a.put) - Math.abs(b.call - b.put) || a.strike - b.strike,
    );
    const F = nearest.strike + (nearest.call - nearest.put) * Math.exp(rate * T);
    for (const { strike, call, put } of both) {
      const vol =
        strike >= F ? volatility(1, call, F, strike, T, rate) : volatility(-1, put, F, strike, T, rate);
      if (vol !== null) vols.set(`${expiresAt}/${strike}`, vol);
    }
  }
  return vols;
}

type Figures = Record<string, number | null>;

/** All flow and exposure figures after the last of the given events, which must be a bar's end. */
export function twin(events: readonly OptionInput[], rate: number, tideBars: number) {
  const known: Known = {
    definitions: new Map(),
    future: NaN,
    openInterest: new Map(),
    openInterestDays: new Map(),
    settlements: new Map(),
    observed: new Map(),
    settled: new Map(),
    bought: new Map(),
  };
  const bars: Counted[][] = [[]];
  const left: string[][] = [[]];
  for (const event of events.slice(0, -1)) {
    if (event.type === 'definition') known.definitions.set(event.definition.instrumentId, event.definition);
    else if (event.type === 'openInterest') {
      // The latest day before the trade date.
      const old = known.openInterestDays.get(event.instrumentId) ?? -Infinity;
      if (event.day > YESTERDAY || event.day < old) continue;
      known.openInterest.set(event.instrumentId, event.lots);
      known.openInterestDays.set(event.instrumentId, event.day);
    } else if (event.type === 'settlement') known.settlements.set(event.instrumentId, event.price);
    else if (event.type === 'future') known.future = event.price;
    else if (event.type === 'trade') {
      const counted = count(event, known, rate);
      if (typeof counted === 'string') left.at(-1)!.push(counted);
      else bars.at(-1)!.push(counted);
    } else if (event.type === 'barEnd') {
      bars.push([]);
      left.push([]);
      // All settlements come before the first bar.
      if (bars.length === 2) known.settled = settledVols(known, rate);
    }
  }
  const close = events.at(-1) as BarEndInput;
  return {
    flow: (levelPrice: number) => flowFigures(bars, left, tideBars, levelPrice),
    exposure: (levelPrice: number) => exposureFigures(known, close.end, rate, levelPrice),
    /** Net exposure with the future at that price. */
    netAt: (future: number) => {
      const { call_gex: calls, put_gex: puts } = exposureFigures(
        { ...known, future },
        close.end,
        rate,
        future,
      );
      return calls! + puts!;
    },
    future: known.future,
  };
}

function flowFigures(bars: Counted[][], left: string[][], tideBars: number, levelPrice: number): Figures {
  const bar = bars.at(-1)!;
  const all = bars.flat();
  const window = bars.slice(-tideBars).flat();
  const is = (right: number) => (c: Counted) => c.option.kind === right;
  const lots = (right: number, sign: number) =>
    add(
      bar.filter((c) => is(right)(c) && c.sign === sign),
      (c) => c.trade.lots,
    );
  const premium = add(window, (c) => c.premium);
  const figures: Figures = {
    trades: bar.length,
    lots: add(bar, (c) => c.trade.lots),
    call_bought: lots(1, 1),
    call_sold: lots(1, -1),
    put_bought: lots(-1, 1),
    put_sold: lots(-1, -1),
    side_none: lots(1, 0) + lots(-1, 0),
    unpriced_trades: bar.filter((c) => c.unpriced).length,
    combination_trades: left.at(-1)!.filter((reason) => reason === 'combination').length,
    other_excluded_trades: left.at(-1)!.filter((reason) => reason === 'other').length,
    premium: add(bar, (c) => c.premium),
  };
  for (const [name, right] of [
    ['call', 1],
    ['put', -1],
  ] as const) {
    figures[`${name}_pressure`] = add(bar.filter(is(right)), (c) => c.pressure);
    figures[`session_${name}_pressure`] = add(all.filter(is(right)), (c) => c.pressure);
    figures[`${name}_tide`] = add(bar.filter(is(right)), (c) => c.tide);
    figures[`session_${name}_tide`] = add(all.filter(is(right)), (c) => c.tide);
    figures[`${name}_tide_share`] = premium > 0 ? add(window.filter(is(right)), (c) => c.tide) / premium : 0;
    for (const where of RINGS) {
      const inside = bar.filter((c) => is(right)(c) && ring(c.option.strike, levelPrice) === where);
      figures[`${name}_pressure_${where}`] = add(inside, (c) => c.pressure);
      figures[`${name}_tide_${where}`] = add(inside, (c) => c.tide);
    }
  }
  return figures;
}

function exposureFigures(known: Known, at: number, rate: number, levelPrice: number): Figures {
  const settled = settledVols(known, rate);
  const F = known.future;
  const listed = [...known.definitions.values()].filter(
    ({ kind, expiresAt }) => Math.abs(kind) === 1 && expiresAt > at,
  );
  // Nothing tells where the next future stands.
  const options = listed.filter(({ underlying }) => underlying === CONTRACT);
  const own = (option: OptionDefinition) => known.observed.get(key(option))?.vol ?? settled.get(key(option));
  const volOf = (expiresAt: number, strike: number): number => {
    const points = options
      .filter((o) => o.kind === 1 && o.expiresAt === expiresAt && own(o) !== undefined)
      .map((o) => ({ strike: o.strike, vol: own(o)! }))
      .sort((a, b) => a.strike - b.strike);
    const below = points.filter((p) => p.strike <= strike).at(-1);
    const above = points.find((p) => p.strike >= strike);
    if (!below || !above) return (below ?? above)?.vol ?? NaN;
    if (below === above) return below.vol;
    return below.vol + ((above.vol - below.vol) * (strike - below.strike)) / (above.strike - below.strike);
  };
  // A price between listed strikes lies on the line between the two listed strikes around it.
  const smile = (expiresAt: number, x: number): number => {
    const strikes = [...new Set(options.filter((o) => o.expiresAt === expiresAt).map((o) => o.strike))].sort(
      (a, b) => a - b,
    );
    const below = strikes.filter((s) => s <= x).at(-1) ?? strikes[0];
    const above = strikes.find((s) => s >= x) ?? strikes.at(-1)!;
    if (below === above) return volOf(expiresAt, below);
    const share = (x - below) / (above - below);
    return volOf(expiresAt, below) * (1 - share) + volOf(expiresAt, above) * share;
  };
  const exposures = options.map((o) => {
    const T = years(o.expiresAt, at);
    const vol = volOf(o.expiresAt, o.strike);
    const gamma = (Math.exp(-rate * T) * n(d1Of(F, o.strike, T, vol))) / (F * vol * Math.sqrt(T));
    const lots = (known.openInterest.get(o.instrumentId) ?? 0) * o.kind;
    return { ...o, gex: gamma * lots * MULTIPLIER * F * F * 0.01 };
  });
  const expiries = [...new Set(options.map(({ expiresAt }) => expiresAt))].sort((a, b) => a - b);
  const wall = (right: number) => {
    const strikes = [...new Set(options.map(({ strike }) => strike))];
    const size = (strike: number) =>
      Math.abs(
        add(
          exposures.filter((e) => e.kind === right && e.strike === strike),
          (e) => e.gex,
        ),
      );
    return strikes.sort((a, b) => size(b) - size(a))[0];
  };
  const total = add(exposures, (e) => e.gex);
  const vol = smile(expiries[0], F);
  const move = Math.exp(vol * Math.sqrt(years(expiries[0], at)));
  const figures: Figures = {
    call_gex: add(
      exposures.filter((e) => e.kind === 1),
      (e) => e.gex,
    ),
    put_gex: add(
      exposures.filter((e) => e.kind === -1),
      (e) => e.gex,
    ),
    nearest_gex: add(
      exposures.filter((e) => e.expiresAt === expiries[0]),
      (e) => e.gex,
    ),
    call_wall: wall(1),
    put_wall: wall(-1),
    hedge_lots_per_point: -total / (F * MULTIPLIER) / (0.01 * F),
    nearest_vol: vol,
    nearest_expiry_seconds: (expiries[0] - at) / 1e9,
    next_vol: smile(expiries[1], F),
    skew: smile(expiries[0], F / move) - smile(expiries[0], F * move),
    open_interest: add(listed, (o) => known.openInterest.get(o.instrumentId) ?? 0),
    priced_open_interest: add(options, (o) => known.openInterest.get(o.instrumentId) ?? 0),
  };
  for (const where of RINGS) {
    const inside = exposures.filter((e) => ring(e.strike, levelPrice) === where);
    figures[`call_gex_${where}`] = add(
      inside.filter((e) => e.kind === 1),
      (e) => e.gex,
    );
    figures[`put_gex_${where}`] = add(
      inside.filter((e) => e.kind === -1),
      (e) => e.gex,
    );
  }
  return figures;
}
