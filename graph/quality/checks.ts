/**
 * What must hold of a contract-date before it is published. A *blocking* check that fails keeps the partition as it
 * was; a *warning* is published with it and shown.
 */
import { easternText } from '../market/easternTime';

export interface CheckResult {
  check: string;
  severity: 'blocking' | 'warning';
  passed: boolean;
  value: number;
  limit: number;
  message: string;
}

/** A stretch of trading hours in which nothing was captured. */
export interface Silence {
  seconds: number;
  /** When it began and ended, ns UTC. */
  from: bigint;
  to: bigint;
  /** Whether no record lies before it, and none after it: the data begin late, or end early. */
  atStart: boolean;
  atEnd: boolean;
}

/** What the Bronze stage counted while it read a contract-date. */
export interface BronzeFacts {
  /** Order messages its files hold, as they were counted when they were imported. */
  fileRecords: number;
  /** Records that were left out because another file has them too. */
  duplicates: number;
  /** Records that could be used, and records that could not. */
  records: number;
  /** Records of the contract that could not be used. */
  deadLetters: number;
  /** Records of other instruments; and of other days, which their own dates use or set aside. */
  otherInstruments: number;
  outsideWindow: number;
  /** Dead letters of instrument ids without a symbol on the date, which are no records of the contract; and those ids. */
  unmapped: number;
  unmappedIds: readonly number[];
  /** Records whose ts_recv lies before the ts_recv of the record before. */
  recvRegressions: number;
  /** Records flagged F_MAYBE_BAD_BOOK: the channel lost packets there. */
  badBookRecords: number;
  /** Minutes of trading the calendar expects, and those in which at least one record arrived. */
  minutesExpected: number;
  minutesCovered: number;
  /** The longest silence inside trading hours, that before the first record and after the last included. */
  longestGap: Silence;
}

/** What the Bronze stage counted of definitions, trades and statistics of options, as of order messages. */
export interface OptionRecordFacts {
  fileRecords: number;
  duplicates: number;
  records: number;
  deadLetters: number;
  otherInstruments: number;
  outsideWindow: number;
}

/** What the Silver stage counted while it rebuilt the book. */
export interface SilverFacts {
  /** Rows of silver.bars. */
  bars: number;
  /** Events that ended with F_LAST, and with the next ts_event for lack of it. */
  markedEnds: number;
  unmarkedEnds: number;
  /** Book states seen at the ends of events in continuous trading, and how many of those were crossed. */
  tradingStates: number;
  crossedStates: number;
  /** Records that named an order the book did not hold, once it was no longer warming. */
  unknownOrders: number;
  records: number;
  /** Snapshots that arrived over a live book: orders compared, and orders that differed. */
  auditedOrders: number;
  differingOrders: number;
}

const percent = (value: number) => `${(100 * value).toFixed(3)} %`;

function atMost(
  check: string,
  severity: CheckResult['severity'],
  value: number,
  limit: number,
  message: string,
): CheckResult {
  return { check, severity, passed: value <= limit, value, limit, message };
}

function gapText({ seconds, from, to, atStart, atEnd }: Silence): string {
  const found = `longest silence in trading hours ${seconds.toFixed(0)} s`;
  if (seconds === 0) return found;
  const what = atStart
    ? atEnd
      ? ': no records'
      : ': the data begin late'
    : atEnd
      ? ': the data end early'
      : '';
  return `${found}${what}, from ${easternText(from)} to ${easternText(to)}`;
}

/** A share that may be at most `limit`. Where there is nothing to take a share of, nothing was checked: that is no pass. */
function shareAtMost(
  check: string,
  severity: CheckResult['severity'],
  { part, of, limit }: { part: number; of: number; limit: number },
  message: string,
): CheckResult {
  const value = of > 0 ? part / of : 1;
  return atMost(
    check,
    severity,
    value,
    limit,
    of > 0 ? `${message} (${percent(value)})` : `${message}: nothing to check`,
  );
}

/** Names of the checks of Bronze. */
export const BRONZE_CHECKS: readonly string[] = [
  'record_count',
  'dead_letter_share',
  'monotonic_time',
  'coverage',
  'gaps',
  'channel_gaps',
  'unmapped_instruments',
];

export function bronzeChecks(facts: BronzeFacts): CheckResult[] {
  const { records, deadLetters, minutesCovered, minutesExpected } = facts;
  const ours = records + deadLetters;
  return [
    recordCount(facts),
    shareAtMost(
      'dead_letter_share',
      'blocking',
      { part: deadLetters, of: ours, limit: 0.01 },
      `${deadLetters} of ${ours} records could not be used`,
    ),
    shareAtMost(
      'monotonic_time',
      'blocking',
      { part: facts.recvRegressions, of: records, limit: 0.001 },
      `${facts.recvRegressions} of ${records} records were captured before their predecessor`,
    ),
    shareAtMost(
      'coverage',
      'warning',
      { part: minutesExpected - minutesCovered, of: minutesExpected, limit: 0.05 },
      `no records in ${minutesExpected - minutesCovered} of ${minutesExpected} trading minutes`,
    ),
    atMost('gaps', 'warning', facts.longestGap.seconds, 300, gapText(facts.longestGap)),
    atMost(
      'channel_gaps',
      'warning',
      facts.badBookRecords,
      0,
      `${facts.badBookRecords} records flagged F_MAYBE_BAD_BOOK`,
    ),
    unmappedInstruments(facts),
  ];
}

/** Checks of the records about options; none where there are no files with such records. */
export function optionChecks(facts: OptionRecordFacts): CheckResult[] {
  const { fileRecords, records, deadLetters } = facts;
  if (fileRecords === 0) return [];
  const ours = records + deadLetters;
  return [
    recordCount(facts, 'option_record_count'),
    atMost(
      'option_dead_letters',
      'warning',
      deadLetters,
      0,
      `${deadLetters} of ${ours} definitions, option trades and statistics could not be used`,
    ),
  ];
}

/** Nothing is lost on the way: each record of the files was used, set aside or is of no concern. */
function recordCount(facts: OptionRecordFacts & { unmapped?: number }, check = 'record_count'): CheckResult {
  const { fileRecords, duplicates, records, deadLetters, unmapped = 0 } = facts;
  const { otherInstruments, outsideWindow } = facts;
  const letters = deadLetters + unmapped;
  const found = records + letters + otherInstruments + outsideWindow + duplicates;
  return atMost(
    check,
    'blocking',
    Math.abs(fileRecords - found),
    0,
    `${records} records used + ${letters} dead letters + ${otherInstruments} of other instruments + ` +
      `${outsideWindow} of other days${duplicates > 0 ? ` + ${duplicates} that another file has too` : ''} = ${found}; the files hold ${fileRecords}`,
  );
}

/** Ids named at most. */
const MAX_IDS = 10;

/** Another instrument of the file, of which nobody knows what it is, says nothing about the contract: it is only warned of. */
function unmappedInstruments({ unmapped, unmappedIds }: BronzeFacts): CheckResult {
  const ids = unmappedIds.slice(0, MAX_IDS).join(', ');
  const more = unmappedIds.length > MAX_IDS ? `, and ${unmappedIds.length - MAX_IDS} more` : '';
  const of =
    unmapped > 0 ? ` of ids without a symbol on this date: ${ids}${more}` : ' of ids without a symbol';
  return atMost('unmapped_instruments', 'warning', unmapped, 0, `${unmapped} records${of}`);
}

export function silverChecks(facts: SilverFacts): CheckResult[] {
  const { crossedStates, tradingStates, unknownOrders, records, differingOrders, auditedOrders } = facts;
  const { bars, unmarkedEnds } = facts;
  const ends = facts.markedEnds + unmarkedEnds;
  return [
    {
      check: 'bars',
      severity: 'blocking',
      passed: bars > 0,
      value: bars,
      limit: 1,
      message: `${bars} bars of ${records} records`,
    },
    shareAtMost(
      'event_ends',
      'warning',
      { part: unmarkedEnds, of: ends, limit: 0 },
      `${unmarkedEnds} of ${ends} events bore no F_LAST and ended with the next ts_event`,
    ),
    shareAtMost(
      'crossed_book',
      'blocking',
      { part: crossedStates, of: tradingStates, limit: 0.001 },
      `${crossedStates} of ${tradingStates} book states in continuous trading were crossed`,
    ),
    shareAtMost(
      'unknown_orders',
      'warning',
      { part: unknownOrders, of: records, limit: 0.001 },
      `${unknownOrders} of ${records} records named an order the book did not hold`,
    ),
    shareAtMost(
      'snapshot_audit',
      'warning',
      { part: differingOrders, of: auditedOrders, limit: 0.001 },
      `${differingOrders} of ${auditedOrders} orders differed between the rebuilt book and the venue's snapshot`,
    ),
  ];
}

/** Levels a session does without, and why. */
export interface AbsentLevels {
  kinds: readonly string[];
  reason: string;
}

/** Whether every level of a stretch of time (pre-market, opening range, overnight, previous day) is there. */
export function levelsCheck(absent: readonly AbsentLevels[]): CheckResult {
  return atMost(
    'absent_levels',
    'warning',
    absent.reduce((sum, { kinds }) => sum + kinds.length, 0),
    0,
    absent.map(({ kinds, reason }) => `no ${kinds.join(', ')}: ${reason}`).join('; ') ||
      'the data cover the hours of every level',
  );
}

/** The checks that keep a partition from being published. */
export const blocking = (checks: readonly CheckResult[]): CheckResult[] =>
  checks.filter((check) => check.severity === 'blocking' && !check.passed);
