/** `gold.episodes` and `gold.outcomes`: price came to a level and touched it, and what became of it. */
import type { ColumnContract, TableContract } from '../datasets/schema';

const contractDate: readonly ColumnContract[] = [
  { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
  { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date, New York' },
];

const episodeId: ColumnContract = {
  name: 'episode_id',
  type: 'string',
  unit: '',
  meaning: 'contract-date-level-direction-attempt',
};

const touchTime: ColumnContract = {
  name: 'touch_ts',
  type: 'int64',
  unit: 'ns UTC',
  meaning: 'The anchor: time of the first trade in the touch band',
};

export const goldEpisodes: TableContract = {
  name: 'gold.episodes',
  description:
    'Episodes: price came from outside into the approach band of a level and touched it. Everything in a row was known at ' +
    'its touch.',
  version: 1,
  columns: [
    ...contractDate,
    episodeId,
    { name: 'level_id', type: 'string', unit: '', meaning: 'Level, as in silver.levels' },
    { name: 'level_kind', type: 'string', unit: '', meaning: 'Kind of the level, as in silver.levels' },
    { name: 'level_price', type: 'double', unit: 'points', meaning: 'Price of the level at the touch' },
    {
      name: 'level_known_from',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'When that price of the level became known',
    },
    { name: 'direction', type: 'string', unit: '', meaning: 'UP: price came from below. DOWN: from above' },
    {
      name: 'attempt',
      type: 'int32',
      unit: 'count',
      meaning: 'Number of the episode among those of its level and direction in the contract-date, from 1',
    },
    {
      name: 'touches_before',
      type: 'int32',
      unit: 'count',
      meaning: 'Earlier touches of the level, of either direction and at any hour since it came into being',
    },
    { name: 'approach_start', type: 'int64', unit: 'ns UTC', meaning: 'First trade in the approach band' },
    { name: 'approach_start_price', type: 'double', unit: 'points', meaning: 'Price of that trade' },
    {
      name: 'approach_start_distance',
      type: 'double',
      unit: 'ticks',
      meaning: 'Its distance from the level, positive',
    },
    {
      name: 'approach_seconds',
      type: 'double',
      unit: 's',
      meaning: 'From the first trade in the band to the touch',
    },
    {
      name: 'approach_trades',
      type: 'int32',
      unit: 'count',
      meaning: 'Trades of the approach, the touch included',
    },
    touchTime,
    {
      name: 'touch_recv_ts',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'Capture time of the touch: when a live system could have known it',
    },
    { name: 'touch_price', type: 'double', unit: 'points', meaning: 'Price of the touch' },
    {
      name: 'touch_distance',
      type: 'double',
      unit: 'ticks',
      meaning: 'How far the touch lies beyond the level along the approach; negative: short of it',
    },
    { name: 'session', type: 'string', unit: '', meaning: 'overnight, premarket, rth or post' },
    {
      name: 'time_of_day',
      type: 'string',
      unit: '',
      meaning: 'Part of RTH by minutes from the open (T0_15 .. T120_CLOSE), or OVERNIGHT, PREMARKET, POST',
    },
    {
      name: 'minutes_since_open',
      type: 'double',
      unit: 'min',
      meaning: 'From the RTH open to the touch; negative before it',
    },
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'episode_id'],
};

const time = (name: string, meaning: string, nullable = false): ColumnContract => ({
  name,
  type: 'int64',
  unit: 'ns UTC',
  meaning,
  nullable,
});
const seconds = (name: string, meaning: string): ColumnContract => ({
  name,
  type: 'double',
  unit: 's',
  meaning,
  nullable: true,
});

export const goldOutcomes: TableContract = {
  name: 'gold.outcomes',
  description:
    'What became of each episode at each horizon, by trades from the touch on: the first barrier reached decides. Barriers ' +
    'stand at equal distances on both sides of the level as it was at the touch.',
  version: 1,
  columns: [
    ...contractDate,
    episodeId,
    { name: 'horizon_minutes', type: 'double', unit: 'min', meaning: 'Longest time measured from the touch' },
    { name: 'is_primary', type: 'boolean', unit: '', meaning: 'Whether this is the primary horizon' },
    {
      name: 'outcome',
      type: 'string',
      unit: '',
      meaning: 'BREAK: through the level. REJECT: back. CHOP: neither in time. Null: the data ended first',
      nullable: true,
    },
    {
      name: 'ended_by',
      type: 'string',
      unit: '',
      meaning: 'What ended the measurement: horizon, close of the session, or data_end',
    },
    touchTime,
    time('end_ts', 'End of the measurement; the row was known from then'),
    time('break_ts', 'First trade at or beyond the barrier behind the level', true),
    time('reject_ts', 'First trade at or beyond the barrier before the level', true),
    seconds('seconds_to_break', 'From the touch to break_ts'),
    seconds('seconds_to_reject', 'From the touch to reject_ts'),
    {
      name: 'favorable_ticks',
      type: 'double',
      unit: 'ticks',
      meaning:
        'Farthest trade beyond the level along the approach, touch to end; negative: none reached the level',
    },
    {
      name: 'adverse_ticks',
      type: 'double',
      unit: 'ticks',
      meaning:
        'Farthest trade from the level against the approach, touch to end; negative: all lay beyond the level',
    },
    { name: 'high', type: 'double', unit: 'points', meaning: 'Highest price, touch to end' },
    { name: 'low', type: 'double', unit: 'points', meaning: 'Lowest price, touch to end' },
    { name: 'end_price', type: 'double', unit: 'points', meaning: 'Last trade before the end' },
    { name: 'trades', type: 'int32', unit: 'count', meaning: 'Trades after the touch' },
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'episode_id', 'horizon_minutes'],
};
