/** How the episodes at each kind of level ended: counts and shares, with how sure they are. */
import {
  sessionOutcomes,
  type EpisodeFilter,
  type SessionOutcomes,
} from '../../../activities/reports/outcomes';
import { clusteredShare, type ClusteredShare } from '../../../graph/statistics/clustered';
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
  /** Share of each outcome among `n`, with its 90 % interval; episodes of one session count as the cluster they are. */
  shares: Record<Outcome, ClusteredShare>;
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
  // A session is one cluster, whatever the levels and contracts in it.
  const sessions = new Map<string, SessionOutcomes[]>();
  for (const row of rows) sessions.set(row.tradeDate, [...(sessions.get(row.tradeDate) ?? []), row]);
  const total = (of: readonly SessionOutcomes[], count: 'episodes' | 'n' | Outcome) =>
    of.reduce((sum, row) => sum + row[count], 0);
  const share = (outcome: Outcome) => [
    outcome,
    clusteredShare(
      [...sessions.values()].map((of) => ({ n: total(of, 'n'), successes: total(of, outcome) })),
    ),
  ];
  return {
    level,
    sessions: sessions.size,
    episodes: total(rows, 'episodes'),
    n: total(rows, 'n'),
    shares: Object.fromEntries(OUTCOMES.map(share)) as LevelOutcomes['shares'],
  };
}

/** @param sessions those they are of, by what their data are */
export function printOutcomes(
  levels: readonly LevelOutcomes[],
  { real, simulated }: Record<'real' | 'simulated', number>,
): void {
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
  if (simulated > 0)
    note(
      real > 0
        ? `${simulated} of ${real + simulated} sessions are simulated.`
        : 'All sessions are simulated: no market made these figures.',
    );
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
