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
  records: number;
  /** Records of the contract that could not be used. */
  deadLetters: number;
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

/** What the Silver stage counted while it rebuilt the book. */
export interface SilverFacts {
  /** Book states seen at F_LAST in continuous trading, and how many of those were crossed. */
  tradingStates: number;
  crossedStates: number;
  /** Records that named an order the book did not hold, once it was no longer warming. */
  unknownOrders: number;
  records: number;
  /** Snapshots that arrived over a live book: orders compared, and orders that differed. */
  auditedOrders: number;
  differingOrders: number;
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
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

export function bronzeChecks(facts: BronzeFacts): CheckResult[] {
  const letters = share(facts.deadLetters, facts.records + facts.deadLetters);
  const regressions = share(facts.recvRegressions, facts.records);
  const uncovered = 1 - share(facts.minutesCovered, facts.minutesExpected);
  return [
    atMost(
      'dead_letter_share',
      'blocking',
      letters,
      0.01,
      `${facts.deadLetters} of ${facts.records + facts.deadLetters} records could not be used (${percent(letters)})`,
    ),
    atMost(
      'monotonic_time',
      'blocking',
      regressions,
      0.001,
      `${facts.recvRegressions} records were captured before their predecessor (${percent(regressions)})`,
    ),
    atMost(
      'coverage',
      'warning',
      uncovered,
      0.05,
      `records in ${facts.minutesCovered} of ${facts.minutesExpected} trading minutes`,
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
  const crossed = share(facts.crossedStates, facts.tradingStates);
  const unknown = share(facts.unknownOrders, facts.records);
  const differing = share(facts.differingOrders, facts.auditedOrders);
  return [
    atMost(
      'crossed_book',
      'blocking',
      crossed,
      0.001,
      `${facts.crossedStates} of ${facts.tradingStates} book states in continuous trading were crossed (${percent(crossed)})`,
    ),
    atMost(
      'unknown_orders',
      'warning',
      unknown,
      0.001,
      `${facts.unknownOrders} records named an order the book did not hold (${percent(unknown)})`,
    ),
    atMost(
      'snapshot_audit',
      'warning',
      differing,
      0.001,
      `${facts.differingOrders} of ${facts.auditedOrders} orders differed between the rebuilt book and the venue's snapshot`,
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
