/** `gold.episodes` and `gold.outcomes`: price came to a level and touched it, and what became of it. */
import { count, duration, figure, flag, instant, name, price, type Column } from '../datasets/column';
import type { TableContract } from '../datasets/schema';
import type { SessionRow } from '../datasets/sessionRow';
import { CONTRACT_DATE_COLUMNS } from '../levels/levelsTable';
import { SESSION_NAMES } from '../market/calendar';
import { ticksToPoints } from '../market/points';
import { NS_PER_SECOND } from '../market/time';
import type { Episode, Outcome } from './episode';

const EPISODE_ID = { meaning: 'contract-date-level-direction-attempt' };
const TOUCH_TIME = { meaning: 'The anchor: time of the first trade in the touch band' };

export const EPISODE_COLUMNS: readonly Column<SessionRow<Episode>>[] = [
  name('episode_id', { ...EPISODE_ID, value: ({ event }) => event.id }),
  name('level_id', { meaning: 'Level, as in silver.levels', value: ({ event }) => event.levelId }),
  name('level_kind', {
    meaning: 'Kind of the level, as in silver.levels',
    value: ({ event }) => event.kind,
  }),
  price('level_price', {
    meaning: 'Price of the level at the touch',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.levelPrice, tickNanos),
  }),
  instant('level_known_from', {
    meaning: 'When that price of the level became known',
    value: ({ event, origin }) => origin.absolute(event.levelKnownFrom),
  }),
  name('direction', {
    meaning: 'UP: price came from below. DOWN: from above',
    value: ({ event }) => event.direction,
  }),
  count('attempt', {
    meaning: 'Number of the episode among those of its level and direction in the contract-date, from 1',
    value: ({ event }) => event.attempt,
  }),
  count('touches_before', {
    meaning: 'Earlier touches of the level, of either direction and at any hour since it came into being',
    value: ({ event }) => event.touchesBefore,
  }),
  instant('approach_start', {
    meaning: 'First trade in the approach band',
    value: ({ event, origin }) => origin.absolute(event.approachStart),
  }),
  price('approach_start_price', {
    meaning: 'Price of that trade',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.approachStartPrice, tickNanos),
  }),
  figure('approach_start_distance', {
    unit: 'ticks',
    meaning: 'Its distance from the level, positive',
    nullable: false,
    value: ({ event }) => event.approachStartDistance,
  }),
  duration('approach_seconds', {
    meaning: 'From the first trade in the band to the touch',
    nullable: false,
    value: ({ event }) => (event.touchAt - event.approachStart) / NS_PER_SECOND,
  }),
  count('approach_trades', {
    meaning: 'Trades of the approach, the touch included',
    value: ({ event }) => event.approachTrades,
  }),
  instant('touch_ts', { ...TOUCH_TIME, value: ({ event, origin }) => origin.absolute(event.touchAt) }),
  instant('touch_recv_ts', {
    meaning: 'Capture time of the touch: when a live system could have known it',
    value: ({ event, origin }) => origin.absolute(event.touchRecv),
  }),
  price('touch_price', {
    meaning: 'Price of the touch',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.touchPrice, tickNanos),
  }),
  figure('touch_distance', {
    unit: 'ticks',
    meaning: 'How far the touch lies beyond the level along the approach; negative: short of it',
    nullable: false,
    value: ({ event: { direction, touchPrice, levelPrice } }) =>
      direction === 'UP' ? touchPrice - levelPrice : levelPrice - touchPrice,
  }),
  name('session', {
    meaning: 'overnight, premarket, rth or post',
    value: ({ event }) => SESSION_NAMES[event.session],
  }),
  name('time_of_day', {
    meaning: 'Part of RTH by minutes from the open (T0_15 .. T120_CLOSE), or OVERNIGHT, PREMARKET, POST',
    value: ({ event }) => event.timeOfDay,
  }),
  figure('minutes_since_open', {
    unit: 'min',
    meaning: 'From the RTH open to the touch; negative before it',
    nullable: false,
    value: ({ event }) => event.minutesSinceOpen,
  }),
];

export const goldEpisodes: TableContract = {
  name: 'gold.episodes',
  description:
    'Episodes: price came from outside into the approach band of a level and touched it. Everything in a row was known at ' +
    'its touch.',
  version: 1,
  columns: [...CONTRACT_DATE_COLUMNS, ...EPISODE_COLUMNS],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'episode_id'],
};

type OutcomeSource = SessionRow<Outcome>;

const instantOrNull = ({ origin }: OutcomeSource, at: number | null) =>
  at === null ? null : origin.absolute(at);
const secondsSinceTouch = ({ event }: OutcomeSource, at: number | null) =>
  at === null ? null : (at - event.touchAt) / NS_PER_SECOND;

export const OUTCOME_COLUMNS: readonly Column<OutcomeSource>[] = [
  name('episode_id', { ...EPISODE_ID, value: ({ event }) => event.episodeId }),
  figure('horizon_minutes', {
    unit: 'min',
    meaning: 'Longest time measured from the touch',
    nullable: false,
    value: ({ event }) => event.horizonMinutes,
  }),
  flag('is_primary', {
    meaning: 'Whether this is the primary horizon',
    value: ({ event }) => event.primary,
  }),
  name('outcome', {
    meaning: 'BREAK: through the level. REJECT: back. CHOP: neither in time. Null: the data ended first',
    nullable: true,
    value: ({ event }) => event.outcome,
  }),
  name('ended_by', {
    meaning: 'What ended the measurement: horizon, close of the session, or data_end',
    value: ({ event }) => event.endedBy,
  }),
  instant('touch_ts', { ...TOUCH_TIME, value: ({ event, origin }) => origin.absolute(event.touchAt) }),
  instant('end_ts', {
    meaning: 'End of the measurement; the row was known from then',
    value: ({ event, origin }) => origin.absolute(event.endAt),
  }),
  instant('break_ts', {
    meaning: 'First trade at or beyond the barrier behind the level',
    nullable: true,
    value: (row) => instantOrNull(row, row.event.breakAt),
  }),
  instant('reject_ts', {
    meaning: 'First trade at or beyond the barrier before the level',
    nullable: true,
    value: (row) => instantOrNull(row, row.event.rejectAt),
  }),
  duration('seconds_to_break', {
    meaning: 'From the touch to break_ts',
    value: (row) => secondsSinceTouch(row, row.event.breakAt),
  }),
  duration('seconds_to_reject', {
    meaning: 'From the touch to reject_ts',
    value: (row) => secondsSinceTouch(row, row.event.rejectAt),
  }),
  figure('favorable_ticks', {
    unit: 'ticks',
    meaning:
      'Farthest trade beyond the level along the approach, touch to end; negative: none reached the level',
    nullable: false,
    value: ({ event }) => event.favorable,
  }),
  figure('adverse_ticks', {
    unit: 'ticks',
    meaning:
      'Farthest trade from the level against the approach, touch to end; negative: all lay beyond the level',
    nullable: false,
    value: ({ event }) => event.adverse,
  }),
  price('high', {
    meaning: 'Highest price, touch to end',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.high, tickNanos),
  }),
  price('low', {
    meaning: 'Lowest price, touch to end',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.low, tickNanos),
  }),
  price('end_price', {
    meaning: 'Last trade before the end',
    nullable: false,
    value: ({ event, tickNanos }) => ticksToPoints(event.endPrice, tickNanos),
  }),
  count('trades', { meaning: 'Trades after the touch', value: ({ event }) => event.trades }),
];

export const goldOutcomes: TableContract = {
  name: 'gold.outcomes',
  description:
    'What became of each episode at each horizon, by trades from the touch on: the first barrier reached decides. Barriers ' +
    'stand at equal distances on both sides of the level as it was at the touch.',
  version: 1,
  columns: [...CONTRACT_DATE_COLUMNS, ...OUTCOME_COLUMNS],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'episode_id', 'horizon_minutes'],
};
