/**
 * The futures of CME, CBOT, NYMEX and COMEX that people trade by levels, by the exchange's contract specifications. They are
 * written as a user writes his own.
 *
 * Hours are those in force since 2015, regular trading hours those of the former pit (of the stock market for index and crypto
 * futures). Crypto trades Sunday evening to Friday here, as it did until 2026. Ticks of the past are not kept: a finer one than
 * today's makes dead letters of its prices (palladium's, 0.1 until 2020). Bands of episodes and steps of round numbers are a
 * proposal: about a tenth of a day's usual range, as the 20 ticks of ES are; micros have those of the contract they divide.
 */
import type { ProductEntry } from './entry';
import { MONTH_CODES } from './symbols';

type Group = Omit<ProductEntry, 'name' | 'tick' | 'multiplier'>;
type Own = Pick<ProductEntry, 'tick' | 'multiplier'> & Partial<ProductEntry>;

const of =
  (group: Group) =>
  (name: string, own: Own): ProductEntry => ({ name, ...group, ...own });

/** Bands of episodes from how far an approach begins; half as much again to begin anew, a tenth of it to touch. */
const bands = (ticks: number): ProductEntry['episodes'] => ({
  approachTicks: ticks,
  touchTicks: Math.max(1, Math.round(ticks / 10)),
  rearmTicks: Math.round(1.5 * ticks),
  barrierTicks: ticks,
});
const steps = (ticks: number): ProductEntry['levels'] => ({ roundStepTicks: ticks });

const THIRD_FRIDAY = { weekday: 'friday', nth: 3 } as const;
const THIRD_WEDNESDAY = { weekday: 'wednesday', nth: 3 } as const;
/** First notice is at the end of the month before delivery; most have rolled by then. */
const BEFORE_NOTICE = { month: -1, day: 'last', before: 2 } as const;

const index = of({
  exchange: 'XCME',
  months: 'HMUZ',
  expiry: { day: THIRD_FRIDAY },
  expiryTime: '09:30',
  // The exchange's convention: the Monday before the third Friday.
  roll: { day: THIRD_FRIDAY, before: 4, counting: 'calendar-days' },
  hours: { open: '18:00', close: '17:00', rth: ['09:30', '16:00'] },
  holidays: 'equities',
});

const rates = of({
  exchange: 'XCBT',
  months: 'HMUZ',
  expiry: { day: 'last', before: 7 },
  expiryTime: '13:01',
  roll: BEFORE_NOTICE,
  hours: { zone: 'America/Chicago', open: '17:00', close: '16:00', rth: ['07:20', '14:00'] },
  holidays: 'rates',
});
const toMonthEnd = { expiry: { day: 'last' } } as const;

const energy = of({
  exchange: 'XNYM',
  months: MONTH_CODES,
  // Three business days before the 25th of the month before, or before the business day before that.
  expiry: { month: -1, day: 25, before: 3 },
  expiryTime: '14:30',
  roll: { month: -1, day: 25, before: 6 },
  hours: { open: '18:00', close: '17:00', rth: ['09:00', '14:30'] },
  holidays: 'energy-metals',
});
/** Products of oil end with the month before. */
const refined = {
  expiry: { month: -1, day: 'last' },
  roll: { month: -1, day: 'last', before: 3 },
} as const;

/** Third last business day of the contract month. */
const metal = (rth: [string, string]) =>
  of({
    exchange: 'XCEC',
    months: MONTH_CODES,
    expiry: { day: 'last', before: 2 },
    expiryTime: rth[1],
    roll: BEFORE_NOTICE,
    hours: { open: '18:00', close: '17:00', rth },
    holidays: 'energy-metals',
  });
const gold = metal(['08:20', '13:30']);
const silver = metal(['08:25', '13:25']);
const copper = metal(['08:10', '13:00']);

const currency = of({
  exchange: 'XCME',
  months: MONTH_CODES,
  frontMonths: 'HMUZ',
  // Two business days before the third Wednesday, which itself may be a holiday.
  expiry: { day: THIRD_WEDNESDAY, before: 2, counting: 'business-days-before' },
  expiryTime: '10:16',
  roll: { day: THIRD_WEDNESDAY, before: 5, counting: 'business-days-before' },
  hours: { zone: 'America/Chicago', open: '17:00', close: '16:00', rth: ['07:20', '14:00'] },
  holidays: 'fx',
});

/** 16:00 in London. */
const crypto = of({
  exchange: 'XCME',
  months: MONTH_CODES,
  expiry: { day: { weekday: 'friday', nth: 'last' } },
  expiryTime: '11:00',
  roll: { day: { weekday: 'friday', nth: 'last' }, before: 3 },
  hours: { open: '18:00', close: '17:00', rth: ['09:30', '16:00'] },
  holidays: 'fx',
});

const grain = of({
  exchange: 'XCBT',
  months: 'HKNUZ',
  // The business day before the 15th.
  expiry: { day: 14 },
  expiryTime: '13:01',
  roll: BEFORE_NOTICE,
  hours: {
    zone: 'America/Chicago',
    open: '19:00',
    close: '13:20',
    pauses: [['07:45', '08:30']],
    rth: ['08:30', '13:20'],
  },
  holidays: 'grains',
});

const livestock = of({
  exchange: 'XCME',
  months: 'GJMQVZ',
  expiry: { day: 'last' },
  expiryTime: '13:00',
  roll: BEFORE_NOTICE,
  hours: { zone: 'America/Chicago', open: '08:30', close: '13:05', rth: ['08:30', '13:05'] },
  holidays: 'grains',
});

/** Weeklies on ES: Monday A .. Thursday D of weeks 1-5 (`E3C`), Fridays `EW1`-`EW4`, month end `EW`, quarterly PM `EYC`. */
const ES_OPTIONS = [
  'ES',
  'EW',
  'EYC',
  'EW1',
  'EW2',
  'EW3',
  'EW4',
  ...[1, 2, 3, 4, 5].flatMap((week) => ['A', 'B', 'C', 'D'].map((weekday) => `E${week}${weekday}`)),
];

const CBOT = { exchange: 'XCBT' };
const NYMEX = { exchange: 'XNYM' };

export const BUILT_IN: Readonly<Record<string, ProductEntry>> = {
  // The settings' own figures are those of ES.
  ES: index('E-mini S&P 500', { tick: '0.25', multiplier: 50, optionRoots: ES_OPTIONS }),
  MES: index('Micro E-mini S&P 500', { tick: '0.25', multiplier: 5 }),
  ...pair(['NQ', 'E-mini Nasdaq-100', 20], ['MNQ', 'Micro E-mini Nasdaq-100', 2], (name, multiplier) =>
    index(name, { tick: '0.25', multiplier, episodes: bands(80), levels: steps(400) }),
  ),
  ...pair(['RTY', 'E-mini Russell 2000', 50], ['M2K', 'Micro E-mini Russell 2000', 5], (name, multiplier) =>
    index(name, { tick: '0.1', multiplier, episodes: bands(30), levels: steps(250) }),
  ),
  ...pair(['YM', 'E-mini Dow ($5)', 5], ['MYM', 'Micro E-mini Dow ($0.50)', 0.5], (name, multiplier) =>
    index(name, { ...CBOT, tick: '1', multiplier, episodes: bands(30), levels: steps(500) }),
  ),

  ZT: rates('2-Year T-Note', {
    tick: '0.00390625',
    multiplier: 2000,
    ...toMonthEnd,
    optionRoots: ['OZT'],
    episodes: bands(4),
    levels: steps(64),
  }),
  ZF: rates('5-Year T-Note', {
    tick: '0.0078125',
    multiplier: 1000,
    ...toMonthEnd,
    optionRoots: ['OZF'],
    episodes: bands(6),
    levels: steps(64),
  }),
  ZN: rates('10-Year T-Note', {
    tick: '0.015625',
    multiplier: 1000,
    optionRoots: ['OZN'],
    episodes: bands(6),
    levels: steps(64),
  }),
  TN: rates('Ultra 10-Year T-Note', {
    tick: '0.015625',
    multiplier: 1000,
    optionRoots: ['OTN'],
    episodes: bands(6),
    levels: steps(64),
  }),
  ZB: rates('T-Bond', {
    tick: '0.03125',
    multiplier: 1000,
    optionRoots: ['OZB'],
    episodes: bands(6),
    levels: steps(32),
  }),
  UB: rates('Ultra T-Bond', {
    tick: '0.03125',
    multiplier: 1000,
    optionRoots: ['OUB'],
    episodes: bands(8),
    levels: steps(32),
  }),

  CL: energy('WTI Crude Oil', {
    tick: '0.01',
    multiplier: 1000,
    optionRoots: ['LO'],
    episodes: bands(16),
    levels: steps(100),
  }),
  // A micro ends a business day before the contract it divides.
  MCL: energy('Micro WTI Crude Oil', {
    tick: '0.01',
    multiplier: 100,
    expiry: { month: -1, day: 25, before: 4 },
    episodes: bands(16),
    levels: steps(100),
  }),
  NG: energy('Henry Hub Natural Gas', {
    tick: '0.001',
    multiplier: 10_000,
    // Three business days before the first of the contract month.
    expiry: { month: -1, day: 'last', before: 2 },
    roll: { month: -1, day: 'last', before: 5 },
    optionRoots: ['LNE', 'ON'],
    episodes: bands(10),
    levels: steps(100),
  }),
  RB: energy('RBOB Gasoline', {
    tick: '0.0001',
    multiplier: 42_000,
    ...refined,
    optionRoots: ['OB'],
    episodes: bands(50),
    levels: steps(500),
  }),
  HO: energy('NY Harbor ULSD', {
    tick: '0.0001',
    multiplier: 42_000,
    ...refined,
    optionRoots: ['OH'],
    episodes: bands(50),
    levels: steps(500),
  }),

  ...pair(['GC', 'Gold', 100], ['MGC', 'Micro Gold', 10], (name, multiplier) =>
    gold(name, { tick: '0.1', multiplier, frontMonths: 'GJMQZ', episodes: bands(25), levels: steps(250) }),
  ),
  ...pair(['SI', 'Silver', 5000], ['SIL', 'Micro Silver', 1000], (name, multiplier) =>
    silver(name, {
      tick: '0.005',
      multiplier,
      frontMonths: 'HKNUZ',
      episodes: bands(10),
      levels: steps(100),
    }),
  ),
  ...pair(['HG', 'Copper', 25_000], ['MHG', 'Micro Copper', 2500], (name, multiplier) =>
    copper(name, {
      tick: '0.0005',
      multiplier,
      frontMonths: 'HKNUZ',
      episodes: bands(12),
      levels: steps(100),
    }),
  ),
  PL: metal(['08:20', '13:05'])('Platinum', {
    ...NYMEX,
    tick: '0.1',
    multiplier: 50,
    frontMonths: 'FJNV',
    episodes: bands(16),
    levels: steps(250),
  }),
  PA: metal(['08:30', '13:00'])('Palladium', {
    ...NYMEX,
    tick: '0.5',
    multiplier: 100,
    frontMonths: 'HMUZ',
    episodes: bands(16),
    levels: steps(100),
  }),

  '6E': currency('Euro FX', {
    tick: '0.00005',
    multiplier: 125_000,
    optionRoots: ['EUU'],
    episodes: bands(12),
    levels: steps(100),
  }),
  '6J': currency('Japanese Yen', {
    tick: '0.0000005',
    multiplier: 12_500_000,
    optionRoots: ['JPU'],
    episodes: bands(12),
    levels: steps(100),
  }),
  '6B': currency('British Pound', {
    tick: '0.0001',
    multiplier: 62_500,
    optionRoots: ['GBU'],
    episodes: bands(8),
    levels: steps(50),
  }),
  '6A': currency('Australian Dollar', {
    tick: '0.00005',
    multiplier: 100_000,
    optionRoots: ['ADU'],
    episodes: bands(10),
    levels: steps(100),
  }),
  '6C': currency('Canadian Dollar', {
    tick: '0.00005',
    multiplier: 100_000,
    expiry: { day: THIRD_WEDNESDAY, before: 1, counting: 'business-days-before' },
    optionRoots: ['CAU'],
    episodes: bands(8),
    levels: steps(100),
  }),
  '6S': currency('Swiss Franc', {
    tick: '0.00005',
    multiplier: 125_000,
    optionRoots: ['CHU'],
    episodes: bands(14),
    levels: steps(100),
  }),
  '6N': currency('New Zealand Dollar', {
    tick: '0.00005',
    multiplier: 100_000,
    episodes: bands(10),
    levels: steps(100),
  }),
  M6E: currency('Micro Euro FX', {
    tick: '0.0001',
    multiplier: 12_500,
    episodes: bands(6),
    levels: steps(50),
  }),

  ...pair(['BTC', 'Bitcoin', 5], ['MBT', 'Micro Bitcoin', 0.1], (name, multiplier) =>
    crypto(name, { tick: '5', multiplier, episodes: bands(30), levels: steps(200) }),
  ),
  ...pair(['ETH', 'Ether', 50], ['MET', 'Micro Ether', 0.1], (name, multiplier) =>
    crypto(name, { tick: '0.5', multiplier, episodes: bands(20), levels: steps(200) }),
  ),

  // Cents a bushel, and a pound for oil; meal in dollars a ton.
  ZC: grain('Corn', {
    tick: '0.25',
    multiplier: 50,
    optionRoots: ['OZC'],
    episodes: bands(4),
    levels: steps(40),
  }),
  ZS: grain('Soybeans', {
    tick: '0.25',
    multiplier: 50,
    months: 'FHKNQUX',
    frontMonths: 'FHKNX',
    optionRoots: ['OZS'],
    episodes: bands(6),
    levels: steps(80),
  }),
  ZW: grain('Chicago SRW Wheat', {
    tick: '0.25',
    multiplier: 50,
    optionRoots: ['OZW'],
    episodes: bands(6),
    levels: steps(40),
  }),
  KE: grain('KC HRW Wheat', {
    tick: '0.25',
    multiplier: 50,
    optionRoots: ['OKE'],
    episodes: bands(6),
    levels: steps(40),
  }),
  ZM: grain('Soybean Meal', {
    tick: '0.1',
    multiplier: 100,
    months: 'FHKNQUVZ',
    frontMonths: 'FHKNZ',
    optionRoots: ['OZM'],
    episodes: bands(6),
    levels: steps(100),
  }),
  ZL: grain('Soybean Oil', {
    tick: '0.01',
    multiplier: 600,
    months: 'FHKNQUVZ',
    frontMonths: 'FHKNZ',
    optionRoots: ['OZL'],
    episodes: bands(10),
    levels: steps(100),
  }),

  // Cents a pound.
  LE: livestock('Live Cattle', { tick: '0.025', multiplier: 400, episodes: bands(10), levels: steps(100) }),
  HE: livestock('Lean Hogs', {
    tick: '0.025',
    multiplier: 400,
    months: 'GJKMNQVZ',
    expiry: { day: { businessDay: 10 } },
    roll: { day: { businessDay: 1 } },
    episodes: bands(10),
    levels: steps(100),
  }),
};

/** A contract and the micro that divides it. */
function pair(
  [root, name, multiplier]: [string, string, number],
  [micro, microName, microMultiplier]: [string, string, number],
  make: (name: string, multiplier: number) => ProductEntry,
): Record<string, ProductEntry> {
  return { [root]: make(name, multiplier), [micro]: make(microName, microMultiplier) };
}
