/** `silver.vacuum`: the orders around every price level that price is near, bar by bar. */
import { type Column, instant, name, price } from '../../datasets/column';
import type { TableContract } from '../../datasets/schema';
import { BY_DEFAULT, DEFAULT_BAR_DISTANCES } from '../distances';
import { type Approach, APPROACH_COLUMNS } from './approach';
import { type SideWindow, sideColumns } from './sideWindow';

/** One level over one bar. */
interface VacuumRow {
  /** Start of the bar, ns UTC. */
  readonly start: bigint;
  readonly level: { readonly id: string; readonly kind: string };
  /** Of the level at the bar's start, points. */
  readonly price: number;
  /** Price comes from below. */
  readonly up: boolean;
  readonly approach: Approach;
  readonly opposing: SideWindow;
  readonly supporting: SideWindow;
}

/** Every column but those of the partition. */
export const VACUUM_COLUMNS: readonly Column<VacuumRow>[] = [
  instant('bar_start_utc', { meaning: 'Start of the bar, as in silver.bars', value: ({ start }) => start }),
  name('level_id', { meaning: 'Level, as in silver.levels', value: ({ level }) => level.id }),
  name('level_kind', { meaning: 'Kind of level, as in silver.levels', value: ({ level }) => level.kind }),
  price('level_price', { meaning: "Price of the level at the bar's start", value: (row) => row.price }),
  name('direction', {
    meaning: "UP if the mid was below the level at the bar's start, DOWN if above; at the level, as before",
    value: ({ up }) => (up ? 'UP' : 'DOWN'),
  }),
  ...APPROACH_COLUMNS,
  ...sideColumns('opp', 'opposing'),
  ...sideColumns('sup', 'supporting'),
];

export const silverVacuum: TableContract = {
  name: 'silver.vacuum',
  description:
    'Order-level dynamics around price levels: one row per bar and level that was known when the bar began, with the mid within ' +
    `${DEFAULT_BAR_DISTANCES.vacuumReachTicks} ticks of it (${BY_DEFAULT}, and other zones) and Globex open. ` +
    'Oriented to the approach: opposing is the side of the book price must get through, supporting the other.',
  version: 1,
  columns: [
    { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
    { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date, New York' },
    ...VACUUM_COLUMNS,
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'bar_start_utc', 'level_id'],
};
