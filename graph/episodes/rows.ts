/** Episodes and outcomes as rows of the Gold tables. */
import type { Row } from '../datasets/schema';
import { points } from '../levels/level';
import { SESSION_NAMES } from '../market/calendar';
import { NS_PER_SECOND, type TimeOrigin } from '../market/time';
import type { Episode, Outcome } from './episode';

/** One row of `gold.episodes`, without the partition columns. */
export function episodeRow(episode: Episode, origin: TimeOrigin, tickNanos: number): Row {
  return {
    episode_id: episode.id,
    level_id: episode.levelId,
    level_kind: episode.kind,
    level_price: points(episode.levelPrice, tickNanos),
    level_known_from: origin.absolute(episode.levelKnownFrom),
    direction: episode.direction,
    attempt: episode.attempt,
    touches_before: episode.touchesBefore,
    approach_start: origin.absolute(episode.approachStart),
    approach_start_price: points(episode.approachStartPrice, tickNanos),
    approach_start_distance: episode.approachStartDistance,
    approach_seconds: (episode.touchAt - episode.approachStart) / NS_PER_SECOND,
    approach_trades: episode.approachTrades,
    touch_ts: origin.absolute(episode.touchAt),
    touch_recv_ts: origin.absolute(episode.touchRecv),
    touch_price: points(episode.touchPrice, tickNanos),
    touch_distance:
      episode.direction === 'UP'
        ? episode.touchPrice - episode.levelPrice
        : episode.levelPrice - episode.touchPrice,
    session: SESSION_NAMES[episode.session],
    time_of_day: episode.timeOfDay,
    minutes_since_open: episode.minutesSinceOpen,
  };
}

/** One row of `gold.outcomes`, without the partition columns. */
export function outcomeRow(outcome: Outcome, origin: TimeOrigin, tickNanos: number): Row {
  const time = (at: number | null) => (at === null ? null : origin.absolute(at));
  const seconds = (at: number | null) => (at === null ? null : (at - outcome.touchAt) / NS_PER_SECOND);
  return {
    episode_id: outcome.episodeId,
    horizon_minutes: outcome.horizonMinutes,
    is_primary: outcome.primary,
    outcome: outcome.outcome,
    ended_by: outcome.endedBy,
    touch_ts: origin.absolute(outcome.touchAt),
    end_ts: origin.absolute(outcome.endAt),
    break_ts: time(outcome.breakAt),
    reject_ts: time(outcome.rejectAt),
    seconds_to_break: seconds(outcome.breakAt),
    seconds_to_reject: seconds(outcome.rejectAt),
    favorable_ticks: outcome.favorable,
    adverse_ticks: outcome.adverse,
    high: points(outcome.high, tickNanos),
    low: points(outcome.low, tickNanos),
    end_price: points(outcome.endPrice, tickNanos),
    trades: outcome.trades,
  };
}
