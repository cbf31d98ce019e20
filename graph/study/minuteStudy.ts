/**
 * What a series of minute bars tells about levels: base rates with honest intervals, how volatility decides CHOP, whether intervals keep
 * their promise, and what can be forecast.
 */
import { tradeDates } from '../market/calendar';
import type { IsoDate } from '../market/days';
import type { Product } from '../products/profile';
import { Random } from '../random/random';
import { blocksOf, bootstrapMean, type BlockMean } from '../statistics/blockBootstrap';
import { settingsFor, type FeatureSettings } from '../settings';
import {
  baseRates,
  chopByVolatility,
  intervalTest,
  type BaseRate,
  type IntervalTest,
  type VolatilityFifth,
} from './baseRates';
import { judgeForecasts, type ForecastStudy } from './forecasts';
import { minuteSessions, type MinuteSeries } from './minuteBars';
import { minuteEpisodes } from './minuteEpisodes';
import { observationsOf, type MinuteObservation } from './observations';

export interface MinuteStudy {
  readonly product: string;
  /** First and last whole session; null where there is none. */
  readonly from: IsoDate | null;
  readonly to: IsoDate | null;
  readonly sessions: number;
  /** Trade dates of which the series lacks regular hours. */
  readonly partial: readonly IsoDate[];
  /** Trade dates between the first and the last whole one of which it has nothing. */
  readonly missing: readonly IsoDate[];
  readonly horizonMinutes: number;
  readonly barrierTicks: number;
  /** Episodes of all sessions, those of unknown outcome included. */
  readonly episodes: number;
  /** Decided in a minute that reached both barriers, and not decided when the data ended: both are left out. */
  readonly ambiguous: number;
  readonly unknown: number;
  /** Touches that a minute may have seen or not. */
  readonly uncertainTouches: number;
  readonly baseRates: readonly BaseRate[];
  readonly breakAmongDecided: BreakAmongDecided | null;
  readonly chopByVolatility: readonly VolatilityFifth[];
  /** Null of too few sessions. */
  readonly intervals: IntervalTest | null;
  readonly forecasts: ForecastStudy | null;
}

/** Null where nothing was decided. */
interface BreakAmongDecided {
  /** Share of BREAK. */
  readonly share: number;
  /** What the distances of the touches alone imply. */
  readonly martingale: number;
  /** What these, the volatility before each touch and the horizon imply: `walkBreak`. */
  readonly walk: number;
  /** The share less what a walk implies, with a 90 % interval by drawing sessions. */
  readonly excess: BlockMean;
}

export interface StudyStep {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Yields as it goes. @param seed of the draws that intervals are made by */
export function* studyMinutes(
  series: MinuteSeries,
  product: Product,
  features: FeatureSettings,
  seed: number,
): Generator<StudyStep, MinuteStudy> {
  const settings = settingsFor(features, product);
  const { barrierTicks, horizonMinutes, primaryHorizonMinutes } = settings.episodes;
  const horizon = horizonMinutes.indexOf(primaryHorizonMinutes);
  yield { phase: 'sessions', done: 0, total: 0 };
  const { whole, partial } = minuteSessions(series, product);
  const observations: MinuteObservation[] = [];
  const count = { episodes: 0, ambiguous: 0, unknown: 0, uncertainTouches: 0 };
  for (const [done, session] of whole.entries()) {
    const { episodes, uncertainTouches } = minuteEpisodes(session, settings);
    observations.push(...observationsOf(session, episodes, settings.episodes, horizon));
    count.episodes += episodes.length;
    count.ambiguous += episodes.filter(({ outcomes }) => outcomes[horizon] === 'AMBIGUOUS').length;
    count.unknown += episodes.filter(({ outcomes }) => outcomes[horizon] === 'UNKNOWN').length;
    count.uncertainTouches += uncertainTouches;
    yield { phase: 'episodes', done: done + 1, total: whole.length };
  }
  const steps = judgeForecasts(observations, seed);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield { phase: 'forecasts', ...step.value };
  yield { phase: 'intervals', done: 0, total: 0 };
  const from = whole[0]?.tradeDate ?? null;
  const to = whole.at(-1)?.tradeDate ?? null;
  const present = new Set([...partial, ...whole.map(({ tradeDate }) => tradeDate)]);
  return {
    product: product.root,
    from,
    to,
    sessions: whole.length,
    partial,
    missing: from && to ? tradeDates(from, to, product).filter((date) => !present.has(date)) : [],
    horizonMinutes: primaryHorizonMinutes,
    barrierTicks,
    ...count,
    baseRates: baseRates(observations),
    breakAmongDecided: breakAmongDecided(observations, seed),
    chopByVolatility: chopByVolatility(observations),
    intervals: intervalTest(observations, new Random(seed)),
    forecasts: step.value,
  };
}

function breakAmongDecided(
  observations: readonly MinuteObservation[],
  seed: number,
): BreakAmongDecided | null {
  const decided = observations.filter(({ outcome }) => outcome !== 'CHOP');
  if (decided.length === 0) return null;
  const through = decided.map(({ outcome }) => (outcome === 'BREAK' ? 1 : 0));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const excess = bootstrapMean(
    blocksOf(
      decided.map(({ tradeDate }) => tradeDate),
      through.map((value, i) => value - decided[i].walk),
    ),
    { seed },
  );
  return {
    share: mean(through),
    martingale: mean(decided.map(({ martingale }) => martingale)),
    walk: mean(decided.map(({ walk }) => walk)),
    excess,
  };
}
