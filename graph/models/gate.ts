/**
 * The promotion gate: whether models have shown an edge. A candidate must have cost less than the base rate, the volatility baseline and
 * the champion, each beyond doubt:
 *
 * - the lower end of the 90 % interval by whole sessions of each gain is above zero, and
 * - the candidate's p-value, the largest of a one-sided t test on the sessions' sums against each, is within what the look may spend
 *   (`alphaSpending.ts`), by the step-down of S. Holm (Scand. J. Stat. 6, 1979) over all candidates of the look.
 *
 * It must beat all of them, so the largest p-value is a valid one of "it does not beat them all" (R. L. Berger, Technometrics 24, 1982).
 * That a candidate tells direction is a claim of its own, against the martingale value of the touch distance. It is asked of candidates
 * that have passed alone, at their level, so it costs nothing more.
 */
import { studentTail } from '../statistics/studentT';
import type { Interval } from '../statistics/proportion';
import {
  gainsOver,
  gainsOverModel,
  type Reference,
  type ScoredSession,
  type SessionGain,
} from './scoredSessions';

/** Scored sessions without which nothing is claimed, and without which nothing is claimed of direction. */
export const LEAST_SESSIONS = 20;
export const LEAST_DIRECTION_SESSIONS = 100;

export interface Comparison {
  against: Reference;
  /** Sessions and episodes both were scored on. */
  sessions: number;
  n: number;
  /** Nats an episode. */
  gain: number;
  /** 90 % interval of it by whole sessions; null of fewer than two. */
  low: number | null;
  high: number | null;
  /** One-sided, of there being no gain. */
  pValue: number;
}

export interface Verdict {
  /** Whether the gate opens. */
  passed: boolean;
  /** What a p-value had to be within. */
  level: number;
  /** Candidates of the look, and what it could spend on all of them. */
  candidates: number;
  alpha: number;
  comparisons: Comparison[];
  /** Whether direction is told better than by the martingale value. */
  direction: boolean;
  /** In words: what is shown, or what is missing. */
  words: string[];
}

export interface Candidate {
  readonly name: string;
  readonly sessions: readonly ScoredSession[];
}

export interface Look {
  /** What may be spent on all candidates. */
  readonly alpha: number;
  /** Scored sessions of the champion; null where there is none. */
  readonly champion: readonly ScoredSession[] | null;
  /** 90 % interval of the mean gain an episode, by drawing whole sessions. */
  readonly interval: (gains: readonly SessionGain[]) => Interval;
}

/**
 * Judges all candidates of a look together.
 * @returns a verdict by the candidate's name
 */
export function judge(candidates: readonly Candidate[], look: Look): Map<string, Verdict> {
  const judged = candidates.map(({ name, sessions }) => {
    const comparisons = compare(sessions, look);
    return { name, sessions, comparisons, pValue: Math.max(...comparisons.map(pValueOf)) };
  });
  const verdicts = new Map<string, Verdict>();
  let open = true;
  for (const [rank, one] of [...judged].sort((a, b) => a.pValue - b.pValue).entries()) {
    const level = look.alpha / (candidates.length - rank);
    open &&= one.pValue <= level && look.alpha > 0;
    const direction = directionOf(one.sessions, look);
    verdicts.set(one.name, {
      passed: open,
      level,
      candidates: candidates.length,
      alpha: look.alpha,
      comparisons: [...one.comparisons, direction],
      direction: open && tellsDirection(direction, level),
      words: inWords({ passed: open, level, alpha: look.alpha }, one.comparisons, direction),
    });
  }
  return verdicts;
}

function compare(sessions: readonly ScoredSession[], { champion, interval }: Look): Comparison[] {
  return [
    comparison('base rate', gainsOver(sessions, 'base rate'), interval),
    comparison('volatility baseline', gainsOver(sessions, 'volatility baseline'), interval),
    ...(champion ? [comparison('champion', gainsOverModel(sessions, champion), interval)] : []),
  ];
}

const directionOf = (sessions: readonly ScoredSession[], { interval }: Look): Comparison =>
  comparison('martingale', gainsOver(sessions, 'martingale'), interval);

/** A gain with how sure it is. */
export function comparison(
  against: Reference,
  gains: readonly SessionGain[],
  interval: Look['interval'],
): Comparison {
  const n = gains.reduce((sum, session) => sum + session.n, 0);
  const gain = n === 0 ? 0 : gains.reduce((sum, session) => sum + session.gain, 0) / n;
  if (gains.length < 2) return { against, sessions: gains.length, n, gain, low: null, high: null, pValue: 1 };
  const { low, high } = interval(gains);
  return { against, sessions: gains.length, n, gain, low, high, pValue: oneSided(gains, gain, n) };
}

/**
 * p-value of no gain over at least two sessions: t test of a ratio of sums, its variance by linearisation (W. G. Cochran, Sampling
 * Techniques, 3rd ed., 6.4).
 */
function oneSided(gains: readonly SessionGain[], mean: number, n: number): number {
  const k = gains.length;
  let squares = 0;
  for (const session of gains) squares += (session.gain - mean * session.n) ** 2;
  const error = Math.sqrt((squares * k) / (k - 1)) / n;
  if (error === 0) return mean > 0 ? 0 : 1;
  return studentTail(mean / error, k - 1);
}

/** Whether the interval is above zero. */
export const isAbove = ({ low }: Pick<Comparison, 'low'>): boolean => low !== null && low > 0;

/** What a comparison contributes: certainly no gain where there are too few sessions, or the interval reaches zero. */
const pValueOf = (one: Comparison): number =>
  one.sessions >= LEAST_SESSIONS && isAbove(one) ? one.pValue : 1;

/** Whether a gain over the walk without memory is a claim: of sessions enough, above zero, at a level. */
export const tellsDirection = (
  direction: Pick<Comparison, 'sessions' | 'low' | 'pValue'>,
  level: number,
): boolean =>
  direction.sessions >= LEAST_DIRECTION_SESSIONS && isAbove(direction) && direction.pValue <= level;

function inWords(
  { passed, level, alpha }: Pick<Verdict, 'passed' | 'level' | 'alpha'>,
  comparisons: readonly Comparison[],
  direction: Comparison,
): string[] {
  if (!passed) return ['No edge shown.', ...comparisons.flatMap((one) => whyNot(one, level, alpha))];
  const shown = comparisons.map((one) => `Better than the ${one.against}: ${gainText(one)}.`);
  return ['An edge is shown.', ...shown, directionInWords(direction, level)];
}

function whyNot(one: Comparison, level: number, alpha: number): string[] {
  const { against, sessions, pValue } = one;
  if (sessions < LEAST_SESSIONS)
    return [`Over the ${against}: ${sessions} scored sessions, and ${LEAST_SESSIONS} are needed.`];
  if (!isAbove(one)) return [`Over the ${against}: ${gainText(one)}; the lower end must be above zero.`];
  if (alpha === 0)
    return [`Over the ${against}: ${gainText(one)}; but the look of this month has been taken already.`];
  if (pValue > level)
    return [
      `Over the ${against}: ${gainText(one)}; p = ${probability(pValue)}, and this look allows ${probability(level)} for it.`,
    ];
  return [];
}

function directionInWords(direction: Comparison, level: number): string {
  if (tellsDirection(direction, level))
    return `It tells direction: ${gainText(direction)} over the martingale value.`;
  const { sessions, pValue } = direction;
  if (sessions < LEAST_DIRECTION_SESSIONS)
    return `No direction edge shown: ${sessions} scored sessions with decided episodes, and ${LEAST_DIRECTION_SESSIONS} are needed.`;
  const why = !isAbove(direction) ? 'the lower end must be above zero' : `p = ${probability(pValue)}`;
  return `No direction edge shown: ${gainText(direction)} over the martingale value; ${why}.`;
}

/** `+12.3 [+4.0, +20.1] thousandths of a nat an episode, 82 sessions`. */
export const gainText = ({ gain, low, high, sessions }: Comparison): string =>
  `${thousandths(gain)} [${low === null ? '?' : thousandths(low)}, ${high === null ? '?' : thousandths(high)}] thousandths of a nat an episode, ${sessions} sessions`;

/** `+12.3`, of nats. */
export function thousandths(nats: number): string {
  const text = (nats * 1000).toFixed(1);
  return nats >= 0 ? `+${text.replace('-', '')}` : text;
}

const probability = (p: number): string => (p < 0.0001 ? p.toExponential(1) : p.toFixed(4));
