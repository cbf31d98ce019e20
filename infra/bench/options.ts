/** How fast options are priced, their volatilities found, and a day of them turned into Silver, on one thread. */
import { TableRows } from '../../graph/datasets/column';
import { sessionOf } from '../../graph/market/calendar';
import { Products } from '../../graph/products/catalog';
import { dayNumber } from '../../graph/market/days';
import { Side } from '../../graph/records/mbo';
import { NS_PER_SECOND, TimeOrigin } from '../../graph/market/time';
import { black76, black76Price, emptyGreeks, Right } from '../../graph/options/black76';
import { Kind } from '../../graph/options/classify';
import { impliedVol } from '../../graph/options/impliedVol';
import { EXPOSURE_COLUMNS } from '../../graph/options/optionExposureColumns';
import { FLOW_COLUMNS } from '../../graph/options/optionFlowColumns';
import { OptionsOperator } from '../../graph/options/optionsOperator';
import { silverOptionExposure, silverOptionFlow } from '../../graph/options/optionTables';
import { optionSettings } from '../../graph/options/settings';
import { fastestRate } from './fastestRate';
import type { BenchResult } from './types';

const rate = (pass: () => number) => fastestRate(pass, 0.5, 1.5);
const RATE = 0.04;
const FUTURE = 4800;

/** Out-of-the-money options as listed: strikes every 5 points within 4 deviations, a minute to 60 days from expiry. */
function chain() {
  const options: { right: Right; strike: number; years: number; vol: number; price: number }[] = [];
  for (let days = 1 / 1440; days < 60; days *= 1.15) {
    const years = days / 365;
    for (const vol of [0.09, 0.14, 0.25, 0.6]) {
      const reach = Math.max(5, FUTURE * 4 * vol * Math.sqrt(years));
      for (let strike = 5 * Math.ceil((FUTURE - reach) / 5); strike <= FUTURE + reach; strike += 5) {
        const right = strike >= FUTURE ? Right.Call : Right.Put;
        const price = black76Price(right, FUTURE, strike, years, vol, RATE);
        options.push({ right, strike, years, vol, price });
      }
    }
  }
  return options;
}

const TRADE_DATE = '2024-01-10';
const BAR_SECONDS = 5;
const STRIKES = 160;
const EXPIRIES = 14;
const TRADES_A_BAR = 40;

/** A regular session of 14 expiries with 160 strikes, 40 option trades a bar, six levels; returns its trades. */
function session(): number {
  const product = new Products().productOf('ES');
  const { rthOpen, rthClose, window } = sessionOf(TRADE_DATE, product);
  const origin = new TimeOrigin(window.start);
  const [open, close] = [rthOpen, rthClose].map((ns) => Number(ns - origin.ns));
  const operator = new OptionsOperator({
    contract: 'ESH4',
    product,
    tradeDate: TRADE_DATE,
    origin,
    settings: optionSettings.parse({}),
    barSeconds: BAR_SECONDS,
  });
  const flow = new TableRows(silverOptionFlow, FLOW_COLUMNS);
  const exposure = new TableRows(silverOptionExposure, EXPOSURE_COLUMNS);
  const strikeOf = (k: number) => FUTURE + 5 * (k - STRIKES / 2);
  const expiryOf = (e: number) => close + e * 86_400 * NS_PER_SECOND;
  const yesterday = dayNumber('2024-01-09');
  for (let id = 0; id < 2 * STRIKES * EXPIRIES; id++) {
    const strike = strikeOf((id >> 1) % STRIKES);
    const expiresAt = expiryOf(Math.floor(id / (2 * STRIKES)));
    const kind = id % 2 === 0 ? Kind.Call : Kind.Put;
    operator.push({
      type: 'definition',
      definition: { instrumentId: id, kind, underlying: 'ESH4', strike, expiresAt },
    });
    const lots = 100 + ((id * 7919) % 3000);
    operator.push({ type: 'openInterest', instrumentId: id, day: yesterday, lots });
  }
  const levels = [-20, -7.25, -1, 3.5, 11, 26].map((offset, i) => ({
    levelId: `L${i}`,
    price: FUTURE + offset,
  }));
  const barNs = BAR_SECONDS * NS_PER_SECOND;
  let trades = 0;
  for (let start = open; start < close; start += barNs) {
    operator.push({ type: 'future', price: FUTURE + ((start / barNs) % 80) / 4 - 10 });
    for (let i = 0; i < TRADES_A_BAR; i++, trades++) {
      // Near the money and mostly of the same day, as in real trading.
      const k = STRIKES / 2 + ((trades * 31) % 41) - 20;
      const e = trades % 3 === 0 ? (trades * 13) % EXPIRIES : 0;
      const strike = strikeOf(k);
      const right = strike >= FUTURE ? Right.Call : Right.Put;
      const years = (expiryOf(e) - start) / (365 * 86_400 * NS_PER_SECOND);
      const price = Math.max(
        0.05,
        Math.round(20 * black76Price(right, FUTURE, strike, years, 0.14, RATE)) / 20,
      );
      const instrumentId = 2 * (e * STRIKES + k) + (right === Right.Call ? 0 : 1);
      const side = trades % 2 === 0 ? Side.Bid : Side.Ask;
      operator.push({ type: 'trade', instrumentId, at: start + i, price, lots: 1 + (trades % 20), side });
    }
    operator.push({ type: 'barEnd', start, end: start + barNs, levels });
    for (const reading of operator.take())
      if (reading.type === 'flow') flow.push(reading);
      else exposure.push(reading);
  }
  return flow.rowCount > 0 ? trades : 0;
}

export async function bench(): Promise<BenchResult[]> {
  const options = chain();
  const greeks = emptyGreeks();
  let sink = 0;
  const each = (work: (option: (typeof options)[number]) => number) =>
    rate(() => {
      for (const option of options) sink += work(option);
      return options.length;
    });
  const results: BenchResult[] = [
    {
      name: 'Black-76 price',
      value: each((o) => black76Price(o.right, FUTURE, o.strike, o.years, o.vol, RATE)),
      unit: 'options/s',
    },
    {
      name: 'Black-76 price and greeks',
      value: each((o) => black76(o.right, FUTURE, o.strike, o.years, o.vol, RATE, greeks).gamma),
      unit: 'options/s',
    },
    {
      name: 'implied volatility',
      value: each((o) => impliedVol(o.right, o.price, FUTURE, o.strike, o.years, RATE)),
      unit: 'options/s',
      note: 'to machine precision, a minute to 60 days from expiry, 4 deviations either way',
    },
  ];
  const begin = performance.now();
  const trades = session();
  const seconds = (performance.now() - begin) / 1000;
  results.push({
    name: 'option flow and exposure of a regular session',
    value: seconds,
    unit: 's',
    note: `${trades} trades, ${2 * STRIKES * EXPIRIES} options, six levels, exposures every minute`,
  });
  if (Number.isNaN(sink)) throw new Error('an option without a price');
  return results;
}
