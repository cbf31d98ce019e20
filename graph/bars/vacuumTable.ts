/** `silver.vacuum`: the orders around every price level that price is near, bar by bar. */
import { figure, lots, points } from './columns';
import { ZONES } from './zones';
import type { ColumnContract, TableContract } from '../datasets/schema';

const SIDES = [
  ['opp', 'opposing'],
  ['sup', 'supporting'],
] as const;

const zoneColumns = (side: string, word: string): ColumnContract[] =>
  ZONES.flatMap(([zone, edge], k) => {
    const where =
      k === 0 ? `within ${edge} ticks of the level` : `${ZONES[k - 1][1]} to ${edge} ticks beyond the level`;
    const name = (figure: string) => `${side}_${zone}_${figure}`;
    return [
      lots(name('depth'), `Displayed ${word} lots ${where} at the bar's end`),
      lots(name('add'), `Lots of new ${word} orders ${where}`),
      lots(name('pull'), `Unfilled ${word} lots cancelled ${where} after resting half a second or longer`),
      lots(name('flash'), `Unfilled ${word} lots cancelled ${where} sooner than that`),
      lots(name('fill'), `Displayed ${word} lots filled ${where}`),
      lots(
        name('mod'),
        `Net ${word} lots modifies and iceberg refreshes brought ${where} (negative: took away)`,
      ),
      lots(
        name('toward'),
        `Lots of ${word} orders repriced nearer to the level from ${where}, or into there from outside the zones`,
      ),
      lots(
        name('away'),
        `Lots of ${word} orders repriced farther from the level from ${where}, or into there from outside the zones`,
      ),
      lots(name('refresh'), `Lots ${word} icebergs displayed anew ${where}`),
    ];
  });

const sideColumns = (side: string, word: string): ColumnContract[] => [
  ...zoneColumns(side, word),
  figure(
    `${side}_com`,
    'ticks',
    `Centre of mass: mean distance of ${word} lots beyond the level at the bar's end, with one lot more in the middle`,
  ),
  figure(
    `${side}_com_change`,
    'ticks',
    `Centre of mass at the bar's end less that at its start; positive: ${word} depth withdrew`,
  ),
  figure(
    `${side}_pull_share`,
    '1',
    `(pulled + 1/2) / (pulled + filled + 1) of the ${word} lots in all zones; 0.5 when nothing happened`,
  ),
  figure(`${side}_pull_intensity`, '1', `ln(1 + pulled / (1 + ${word} lots at the bar's start)), all zones`),
  figure(
    `${side}_replenishment`,
    '1',
    `ln((1 + added + refreshed) / (1 + pulled + filled)) of the ${word} lots in all zones; 0 when nothing happened`,
  ),
  figure(
    `${side}_age`,
    's',
    `Mean time for which the ${word} lots in all zones have held their places; null without any`,
  ),
];

export const silverVacuum: TableContract = {
  name: 'silver.vacuum',
  description:
    'Order-level dynamics around price levels: one row per bar and level that was known when the bar began, with the mid within 120 ' +
    'ticks of it and Globex open. Oriented to the approach: opposing is the side of the book price must get through.',
  version: 1,
  columns: [
    { name: 'contract', type: 'string', unit: '', meaning: 'Raw symbol of the contract, e.g. ESH4' },
    { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date, New York' },
    { name: 'bar_start_utc', type: 'int64', unit: 'ns UTC', meaning: 'Start of the bar, as in silver.bars' },
    { name: 'level_id', type: 'string', unit: '', meaning: 'Level, as in silver.levels' },
    { name: 'level_kind', type: 'string', unit: '', meaning: 'Kind of level, as in silver.levels' },
    points('level_price', "Price of the level at the bar's start"),
    {
      name: 'direction',
      type: 'string',
      unit: '',
      meaning: "UP if the mid was below the level at the bar's start, DOWN if above; at the level, as before",
    },
    figure(
      'distance_ticks',
      'ticks',
      "Ticks from the mid at the bar's end to the level; negative once through it",
    ),
    figure(
      'approach_velocity',
      'ticks/s',
      'Speed of the mid toward the level over three bars; negative when it recedes',
    ),
    figure('approach_acceleration', 'ticks/s2', 'Change of that velocity since three bars ago'),
    figure('time_to_level', 's', 'Distance over velocity; null at or beyond the level, or receding'),
    ...SIDES.flatMap(([side, word]) => sideColumns(side, word)),
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'bar_start_utc', 'level_id'],
};
