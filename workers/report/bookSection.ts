/** The rebuilt book: crossed states, the audit against the venue's snapshots, irregularities. */
import type { QualityReport } from '../../activities/reports/qualityReport';
import { LISTED, NOT_PUBLISHED, listed, round, time } from './cells';
import { count } from './facts';
import { paragraph, section, table } from './html';

export function book({ inspection }: QualityReport): string {
  if (!inspection) return section('Book', NOT_PUBLISHED);
  const { tradingStates, lockedStates, crossedStates, crossedSpells, snapshots, counters, state } =
    inspection.book;
  const irregularities = Object.entries(counters);
  return section(
    'Book',
    paragraph(
      `Of ${count(tradingStates)} states after an event while Globex trades, ${count(crossedStates)} were crossed and ${count(lockedStates)} locked. At the end the book is ${state}.`,
    ),
    crossedSpells.length === 0
      ? ''
      : table(
          `Spells of a crossed book${listed(crossedSpells)}`,
          ['From (ET)', 'Seconds'],
          crossedSpells.slice(0, LISTED).map(({ from, seconds }) => [time(from), round(seconds)]),
        ),
    table(
      `Snapshots of the venue, against the book rebuilt up to them${listed(snapshots)}`,
      [
        'Captured (ET)',
        'Compared',
        'Orders',
        'Missing',
        'Extra',
        'Changed',
        'Levels differing',
        'Queues differing',
      ],
      snapshots
        .slice(0, LISTED)
        .map((audit) => [
          time(audit.at),
          audit.audited ? 'yes' : 'no, the book was not live',
          audit.orders,
          audit.missing,
          audit.extra,
          audit.changed,
          audit.levelsDiffering,
          audit.queuesDiffering,
        ]),
    ),
    irregularities.length === 0
      ? paragraph('No other irregularities of the input were counted.')
      : table(
          'Irregularities of the input, auctions before the opening included; every other counter stayed at 0',
          ['Counter', 'Count'],
          irregularities.map(([name, value]) => [name, value]),
        ),
  );
}
