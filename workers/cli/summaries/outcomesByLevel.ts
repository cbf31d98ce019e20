/** How the episodes at each kind of level ended: counts and shares, with how sure they are. */
import {
  sessionOutcomes,
  type EpisodeFilter,
  type SessionOutcomes,
} from '../../../activities/reports/outcomes';
import { wilson, type Interval } from '../../../graph/statistics/proportion';
import type { Lake } from '../../../lake/lake';
import { note, printTable } from '../terminal/output';

const OUTCOMES = ['BREAK', 'REJECT', 'CHOP'] as const;
type Outcome = (typeof OUTCOMES)[number];

interface LevelOutcomes {
  /** Kind of the level; `ALL` for all together, the base rate. */
  level: string;
  sessions: number;
  episodes: number;
  /** Episodes whose outcome is known: their session's data went on until it was decided. */
  n: number;
  /** Share of each outcome among `n`, with its 90 % interval. */
  shares: Record<Outcome, { count: number; share: number | null; interval: Interval }>;
}

/**
 * By kind of level, all together last.
 * @throws SpymasterError BadArgument as `sessionOutcomes` does
 */
export async function outcomesByLevel(
  lake: Lake,
  filter: EpisodeFilter = {},
  pool = false,
): Promise<LevelOutcomes[]> {
  const sessions = await sessionOutcomes(lake, filter, pool);
  if (sessions.length === 0) return [];
  const levels = [...new Set(sessions.map(({ level }) => level))];
  return [
    ...levels.map((level) =>
      summed(
        level,
        sessions.filter((one) => one.level === level),
      ),
    ),
    summed('ALL', sessions),
  ];
}

function summed(level: string, rows: readonly SessionOutcomes[]): LevelOutcomes {
  const total = (count: 'episodes' | 'n' | Outcome) => rows.reduce((sum, row) => sum + row[count], 0);
  const n = total('n');
  const share = (outcome: Outcome) => {
    const count = total(outcome);
    return [outcome, { count, share: n > 0 ? count / n : null, interval: wilson(count, n) }];
  };
  return {
    level,
    // A session is one, whatever the levels and contracts in it.
    sessions: new Set(rows.map(({ tradeDate }) => tradeDate)).size,
    episodes: total('episodes'),
    n,
    shares: Object.fromEntries(OUTCOMES.map(share)) as LevelOutcomes['shares'],
  };
}

export function printOutcomes(levels: readonly LevelOutcomes[]): void {
  if (levels.length === 0) return note('No episodes yet.');
  printTable(
    ['level', 'sessions', 'episodes', 'n', ...OUTCOMES.map((outcome) => `${outcome} (90 %)`)],
    levels.map(({ level, sessions, episodes, n, shares }) => [
      level,
      sessions,
      episodes,
      n,
      ...OUTCOMES.map((outcome) => {
        const { share, interval } = shares[outcome];
        if (share === null) return '-';
        return `${percent(share)} (${percent(interval.low)}-${percent(interval.high)})`;
      }),
    ]),
  );
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
