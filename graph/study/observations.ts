/** What is known of an episode of minute bars before its touch, from whole minutes alone. */
import type { LevelKind } from '../levels/kinds';
import { NS_PER_MINUTE } from '../market/time';
import { baselineFeatures } from '../models/baselineFeatures';
import { martingaleBreak, walkBreak } from '../models/scores';
import type { EpisodeSettings } from '../settings';
import type { MinuteSession } from './minuteBars';
import type { MinuteEpisode } from './minuteEpisodes';

/** An episode whose outcome is known, at one horizon. */
export interface MinuteObservation {
  readonly tradeDate: string;
  readonly kind: LevelKind;
  readonly outcome: 'BREAK' | 'REJECT' | 'CHOP';
  readonly distance: number;
  /** Of the price over the half hour before the minute of the touch, ticks per square root of a minute; NaN where there was none. */
  readonly volatility: number;
  /** Probability of BREAK if it is decided, were price a martingale, by the distance alone: `martingaleBreak`. */
  readonly martingale: number;
  /** The same of a walk of this volatility that is decided within the horizon: `walkBreak`. */
  readonly walk: number;
  /** Volatility, distance and time of day: `BASELINE_FEATURES`. */
  readonly baseline: Float64Array;
  /** How price came: `PATH_FEATURES`. */
  readonly path: Float64Array;
}

/** Minutes of price changes that volatility is measured over. */
export const VOLATILITY_MINUTES = 30;

/** Root mean square of the changes from close to close over the bars before `bar`. */
export function volatilityBefore({ close }: MinuteSession, bar: number): number {
  let squares = 0;
  let n = 0;
  for (let k = bar - 1; k >= 1 && n < VOLATILITY_MINUTES; k--, n++) squares += (close[k] - close[k - 1]) ** 2;
  return Math.sqrt(squares / n);
}

/** Bars that speed is measured over. */
const SPEEDS = [1, 5, 15, 30];

/** Names of the features, in their order. Those of a direction are along the approach: positive toward the level and beyond. */
export const PATH_FEATURES: readonly string[] = [
  ...SPEEDS.map((minutes) => `ticks in ${minutes} minutes`),
  'ticks from the RTH open',
  'place in the range of the session',
  'attempt',
  'high or low of a range',
  'pre-market',
  'opening range',
];

function pathFeatures(
  { open, high, low, close, start, clock }: MinuteSession,
  { bar, direction, kind }: MinuteEpisode,
  attempt: number,
): Float64Array {
  const sign = direction === 'UP' ? 1 : -1;
  const last = close[bar - 1] ?? NaN;
  const opened = open[start.findIndex((t) => t >= clock.rthOpen)];
  const highest = high.subarray(0, bar).reduce((a, b) => Math.max(a, b), -Infinity);
  const lowest = low.subarray(0, bar).reduce((a, b) => Math.min(a, b), Infinity);
  return Float64Array.of(
    ...SPEEDS.map((minutes) => sign * (last - (close[bar - 1 - minutes] ?? NaN))),
    bar > 0 && start[bar] > clock.rthOpen ? sign * (last - opened) : 0,
    sign * ((last - lowest) / (highest - lowest) - 0.5),
    Math.log(attempt),
    /_(HIGH|LOW)$/.test(kind) ? 1 : 0,
    kind.startsWith('PM_') ? 1 : 0,
    kind.startsWith('OR_') ? 1 : 0,
  );
}

/**
 * The episodes of a session whose outcome is known.
 * @param horizon index in the settings' `horizonMinutes`
 */
export function observationsOf(
  session: MinuteSession,
  episodes: readonly MinuteEpisode[],
  { barrierTicks, horizonMinutes }: Pick<EpisodeSettings, 'barrierTicks' | 'horizonMinutes'>,
  horizon: number,
): MinuteObservation[] {
  const { clock, start, tradeDate } = session;
  const attempts = new Map<string, number>();
  const minutes = horizonMinutes[horizon];
  const scale = { barrierTicks, horizonMinutes: minutes };
  return episodes.flatMap((episode) => {
    const { bar, kind, levelId, direction, distance, minutesSinceOpen } = episode;
    const name = `${levelId} ${direction}`;
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    const outcome = episode.outcomes[horizon];
    if (outcome === 'AMBIGUOUS' || outcome === 'UNKNOWN') return [];
    const volatility = volatilityBefore(session, bar);
    const closes = start[bar] < clock.rthClose ? clock.rthClose : clock.closeAfter(start[bar]);
    const minutesToClose = (closes - start[bar]) / NS_PER_MINUTE;
    return {
      tradeDate,
      kind,
      outcome,
      distance,
      volatility,
      martingale: martingaleBreak(distance, barrierTicks),
      walk: walkBreak(distance, barrierTicks, volatility * Math.sqrt(Math.min(minutes, minutesToClose))),
      baseline: baselineFeatures({ volatility, distance, minutesSinceOpen, minutesToClose }, scale),
      path: pathFeatures(session, episode, attempt),
    };
  });
}
