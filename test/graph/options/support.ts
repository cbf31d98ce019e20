/** A small market of ES options for tests: its instruments, random days of events, and a way to play them. */
import { ES } from '../../support/products';
import type { Column } from '../../../graph/datasets/column';
import type { Row } from '../../../graph/datasets/schema';
import { sessionOf, windowOf } from '../../../graph/market/calendar';
import { dayNumber } from '../../../graph/market/days';
import { Side } from '../../../graph/records/mbo';
import { NS_PER_SECOND, TimeOrigin } from '../../../graph/market/time';
import { black76Price, Right } from '../../../graph/options/black76';
import type { OptionDefinition } from '../../../graph/options/definition';
import { Kind } from '../../../graph/options/classify';
import { parseOption, yearFraction } from '../../../graph/options/expiry';
import type { OptionInput } from '../../../graph/options/inputs';
import { EXPOSURE_COLUMNS } from '../../../graph/options/optionExposureColumns';
import { FLOW_COLUMNS } from '../../../graph/options/optionFlowColumns';
import { OptionsOperator } from '../../../graph/options/optionsOperator';
import type { OptionReading } from '../../../graph/options/readings';
import { optionSettings, type OptionSettings } from '../../../graph/options/settings';
import { restoreState } from '../../../graph/state/blob';

export const TRADE_DATE = '2024-01-10';
export const CONTRACT = 'ESH4';
export const ORIGIN = new TimeOrigin(windowOf(TRADE_DATE, ES).start);
/** The day before the trade date: what published open interest and settlements are of. */
export const YESTERDAY = dayNumber('2024-01-09');
export const BAR = 5 * NS_PER_SECOND;
/** 09:30 ET, ns since the origin. */
export const OPEN = Number(sessionOf(TRADE_DATE, ES).rthOpen - ORIGIN.ns);

export const COMBINATION = 9001;
export const FUTURE = 9002;
export const UNKNOWN = 9003;
export const ON_NEXT_FUTURE = 9004;

/** 0DTE, the Friday after, and the quarterly; strikes 4,700 to 4,850. */
const SERIES = ['E2CF4', 'EW2F4', 'ESH4'];
export const STRIKES = Array.from({ length: 31 }, (_, i) => 4700 + 5 * i);

export const DEFINITIONS: OptionDefinition[] = [
  ...SERIES.flatMap((series, s) =>
    STRIKES.flatMap((strike, k) =>
      (['C', 'P'] as const).map((right): OptionDefinition => {
        const { expiresAt, underlying } = parseOption(`${series} ${right}${strike}`, ES, TRADE_DATE);
        return {
          instrumentId: 1000 * (s + 1) + 2 * k + (right === 'C' ? 0 : 1),
          kind: right === 'C' ? Kind.Call : Kind.Put,
          underlying,
          strike,
          expiresAt: Number(expiresAt - ORIGIN.ns),
        };
      }),
    ),
  ),
  { instrumentId: COMBINATION, kind: Kind.Combination, underlying: CONTRACT, strike: NaN, expiresAt: NaN },
  { instrumentId: FUTURE, kind: Kind.Other, underlying: '', strike: NaN, expiresAt: NaN },
  {
    instrumentId: ON_NEXT_FUTURE,
    kind: Kind.Call,
    underlying: 'ESM4',
    strike: 4800,
    expiresAt: Number(parseOption('ESM4 C4800', ES, TRADE_DATE).expiresAt - ORIGIN.ns),
  },
];
export const OPTIONS = DEFINITIONS.slice(0, -3);

/** A plain generator of random numbers in [0, 1) (xorshift32), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export const optionWith = (series: number, right: 'C' | 'P', strike: number) =>
  1000 * (series + 1) + 2 * ((strike - 4700) / 5) + (right === 'C' ? 0 : 1);

const toTick = (price: number) => Math.max(0.05, Math.round(price / 0.05) * 0.05);

/** A day of everything that can happen, from the open for `bars` bars. */
export function randomDay(seed: number, bars = 30): OptionInput[] {
  const random = randomFrom(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)];
  const smile = (strike: number) => 0.14 + 0.3 * Math.abs(Math.log(strike / 4775));
  const worth = ({ kind, strike, expiresAt }: OptionDefinition, at: number, future: number) =>
    black76Price(kind as Right, future, strike, yearFraction(expiresAt - at), smile(strike), 0.04);

  const events: OptionInput[] = DEFINITIONS.map((definition) => ({ type: 'definition', definition }));
  for (const option of OPTIONS) {
    const { instrumentId } = option;
    if (random() < 0.8)
      events.push({ type: 'openInterest', instrumentId, day: YESTERDAY, lots: Math.floor(random() * 3000) });
    if (random() < 0.05)
      events.push({ type: 'openInterest', instrumentId, day: YESTERDAY - 1, lots: 99_999 });
    if (random() < 0.05)
      events.push({ type: 'openInterest', instrumentId, day: YESTERDAY + 1, lots: 99_999 });
    if (random() < 0.7)
      events.push({
        type: 'settlement',
        instrumentId,
        day: YESTERDAY,
        price: toTick(worth(option, OPEN - 6e13, 4770)),
      });
  }
  let future = 4775;
  for (let bar = 0; bar < bars; bar++) {
    const start = OPEN + bar * BAR;
    let at = start;
    for (let n = Math.floor(random() * 12); n > 0; n--) {
      at += Math.floor(random() * (BAR / 13));
      if (random() < 0.4) {
        future += pick([-0.5, -0.25, 0.25, 0.5]);
        events.push({ type: 'future', price: future });
        continue;
      }
      const side = pick([Side.Bid, Side.Ask, Side.Bid, Side.Ask, Side.None]);
      const lots = 1 + Math.floor(random() * 20);
      const odd = random();
      const option = pick(OPTIONS);
      const price = odd < 0.03 ? NaN : odd < 0.08 ? 0.05 : toTick(worth(option, at, future + random() - 0.5));
      const instrumentId =
        odd > 0.85 ? pick([COMBINATION, FUTURE, UNKNOWN, ON_NEXT_FUTURE]) : option.instrumentId;
      // Some come late: an earlier time than the open bar's.
      const time = odd > 0.8 && odd < 0.83 ? start - 1e6 : at;
      events.push({ type: 'trade', instrumentId, at: time, price, lots, side });
    }
    const levels = [
      { levelId: 'PM_HIGH', price: 4780.25 },
      { levelId: 'SMA_90', price: 4770 + 0.137 * bar },
    ];
    events.push({ type: 'barEnd', start, end: start + BAR, levels });
  }
  return events;
}

export interface Played {
  flow: Row[];
  exposure: Row[];
}

export const settingsWith = (changes: Partial<OptionSettings> = {}): OptionSettings =>
  optionSettings.parse({ exposureBars: 2, tideBars: 6, ...changes });

export function newOperator(settings = settingsWith(), saved?: Uint8Array): OptionsOperator {
  const operator = new OptionsOperator({
    contract: CONTRACT,
    product: ES,
    tradeDate: TRADE_DATE,
    origin: ORIGIN,
    settings,
    barSeconds: 5,
  });
  return saved ? restoreState(operator, saved) : operator;
}

const rowOf = <Source>(columns: readonly Column<Source>[], source: Source): Row =>
  Object.fromEntries(
    columns.map(({ name, value }) => {
      const cell = value(source);
      return [name, Number.isNaN(cell) ? null : cell];
    }),
  );

/** Readings as rows of their tables. */
export function collect(rows: Played, readings: readonly OptionReading[]): void {
  for (const reading of readings)
    if (reading.type === 'flow') rows.flow.push(rowOf(FLOW_COLUMNS, reading));
    else rows.exposure.push(rowOf(EXPOSURE_COLUMNS, reading));
}

export function play(events: readonly OptionInput[], settings = settingsWith()): Played {
  const rows: Played = { flow: [], exposure: [] };
  const operator = newOperator(settings);
  for (const event of events) operator.push(event);
  collect(rows, operator.take());
  return rows;
}
