/** How the episodes at each kind of level ended: counts and shares, with how sure they are. */
import { wilson, type Interval } from '../../../graph/statistics/proportion';
import type { Lake } from '../../../lake/lake';
import { note, printTable } from '../terminal/output';

const OUTCOMES = ['BREAK', 'REJECT', 'CHOP'] as const;
type Outcome = (typeof OUTCOMES)[number];

interface LevelOutcomes {
  /** Kind of the level; `ALL` for all together, the base rate. */
  level: string;
  episodes: number;
  /** Episodes whose outcome is known: their session's data went on until it was decided. */
  n: number;
  /** Share of each outcome among `n`, with its 90 % interval. */
  shares: Record<Outcome, { count: number; share: number | null; interval: Interval }>;
}

const SQL = `
  SELECT coalesce(e.level_kind, 'ALL') AS level, count(*) AS episodes, count(o.outcome) AS n,
    ${OUTCOMES.map((outcome) => `count(*) FILTER (o.outcome = '${outcome}') AS ${outcome}`).join(', ')}
  FROM gold.episodes e JOIN gold.outcomes o USING (contract, trade_date, episode_id)
  WHERE o.is_primary
  GROUP BY ROLLUP (e.level_kind) ORDER BY e.level_kind NULLS LAST`;

/** At the primary horizon, by kind of level, all together last. */
export async function outcomesByLevel(lake: Lake): Promise<LevelOutcomes[]> {
  const rows = await lake.query(SQL);
  return rows
    .map((row) => {
      const n = Number(row.n);
      const share = (outcome: Outcome) => {
        const count = Number(row[outcome]);
        return [outcome, { count, share: n > 0 ? count / n : null, interval: wilson(count, n) }];
      };
      const shares = Object.fromEntries(OUTCOMES.map(share)) as LevelOutcomes['shares'];
      return { level: row.level as string, episodes: Number(row.episodes), n, shares };
    })
    .filter(({ episodes }) => episodes > 0);
}

export function printOutcomes(levels: readonly LevelOutcomes[]): void {
  if (levels.length === 0) return note('No episodes yet.');
  printTable(
    ['level', 'episodes', 'n', ...OUTCOMES.map((outcome) => `${outcome} (90 %)`)],
    levels.map(({ level, episodes, n, shares }) => [
      level,
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
