/** How often episodes ended in which way, and how sure that is. */
import type { LevelKind } from '../levels/kinds';
import { CLASSES, type OutcomeClass } from '../models/scores';
import type { Random } from '../random/random';
import { clusteredShare, type Cluster, type ClusteredShare } from '../statistics/clustered';
import { intervalCoverage, type BlockOrder } from '../statistics/coverage';
import { wilson } from '../statistics/proportion';
import type { MinuteObservation } from './observations';

export type ByOutcome<T> = Record<OutcomeClass, T>;

const byOutcome = <T>(of: (outcome: OutcomeClass) => T): ByOutcome<T> =>
  Object.fromEntries(CLASSES.map((outcome) => [outcome, of(outcome)])) as ByOutcome<T>;

/** Episodes of each session, and how many of them ended in one way. */
function clustersOf(observations: readonly MinuteObservation[], outcome: OutcomeClass): Cluster[] {
  const sessions = new Map<string, { n: number; successes: number }>();
  for (const one of observations) {
    const session = sessions.get(one.tradeDate) ?? { n: 0, successes: 0 };
    session.n++;
    if (one.outcome === outcome) session.successes++;
    sessions.set(one.tradeDate, session);
  }
  return [...sessions.values()];
}

export interface BaseRate {
  /** Kind of the level; `ALL` for all together. */
  readonly level: LevelKind | 'ALL';
  readonly n: number;
  readonly shares: ByOutcome<ClusteredShare & { designEffect: number }>;
}

function rateOf(level: BaseRate['level'], observations: readonly MinuteObservation[]): BaseRate {
  const shares = byOutcome((outcome) => {
    const share = clusteredShare(clustersOf(observations, outcome));
    return { ...share, designEffect: share.n / share.effectiveN };
  });
  return { level, n: observations.length, shares };
}

/** By kind of level, all together last. */
export function baseRates(observations: readonly MinuteObservation[]): BaseRate[] {
  const kinds = [...new Set(observations.map(({ kind }) => kind))].sort();
  return [
    ...kinds.map((kind) =>
      rateOf(
        kind,
        observations.filter((one) => one.kind === kind),
      ),
    ),
    rateOf('ALL', observations),
  ];
}

export interface VolatilityFifth {
  /** Volatility of its episodes, ticks per square root of a minute, ends included. */
  readonly from: number;
  readonly to: number;
  readonly chop: ClusteredShare;
}

const FIFTHS = 5;

/** Share of CHOP among episodes of like volatility, the quietest fifth first; those without a volatility are left out. */
export function chopByVolatility(observations: readonly MinuteObservation[]): VolatilityFifth[] {
  const sorted = observations
    .filter(({ volatility }) => !Number.isNaN(volatility))
    .sort((a, b) => a.volatility - b.volatility);
  return Array.from({ length: FIFTHS }, (_, k) =>
    sorted.slice(Math.floor((k * sorted.length) / FIFTHS), Math.floor(((k + 1) * sorted.length) / FIFTHS)),
  )
    .filter((fifth) => fifth.length > 0)
    .map((fifth) => ({
      from: fifth[0].volatility,
      to: fifth[fifth.length - 1].volatility,
      chop: clusteredShare(clustersOf(fifth, 'CHOP')),
    }));
}

/** Of 90 % intervals of a few sessions, how many contain the share of all other sessions. */
export interface IntervalTest {
  readonly sessionsABlock: number;
  /** Sessions as clusters, drawn at random. */
  readonly clustered: ByOutcome<number>;
  /** Sessions as clusters, following each other. */
  readonly consecutive: ByOutcome<number>;
  /** Episodes counted as if each were independent, sessions drawn at random. */
  readonly counted: ByOutcome<number>;
}

/** Sessions a block, as many as two weeks have, and fewest sessions that can be divided into such blocks. */
const BLOCK = 10;
const LEAST_BLOCKS = 4;
const DIVISIONS = 200;

/** @returns null of too few sessions */
export function intervalTest(
  observations: readonly MinuteObservation[],
  random: Random,
): IntervalTest | null {
  const sessions = new Set(observations.map(({ tradeDate }) => tradeDate)).size;
  if (sessions < LEAST_BLOCKS * BLOCK) return null;
  const covered = (order: BlockOrder, intervalOf: Parameters<typeof intervalCoverage>[1]) =>
    byOutcome((outcome) => {
      const divisions = order === 'drawn' ? DIVISIONS : BLOCK;
      const request = { size: BLOCK, order, divisions, random: random.fork(outcome) };
      return intervalCoverage(clustersOf(observations, outcome), intervalOf, request).covered;
    });
  const clustered = (block: readonly Cluster[]) => clusteredShare(block).interval;
  return {
    sessionsABlock: BLOCK,
    clustered: covered('drawn', clustered),
    consecutive: covered('consecutive', clustered),
    counted: covered('drawn', (block) => {
      const { n, successes } = clusteredShare(block);
      return wilson(successes, n);
    }),
  };
}
