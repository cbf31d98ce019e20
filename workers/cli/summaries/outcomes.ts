/** How the episodes at each kind of level ended, as a table. */
import { outcomeShares, type OutcomeShares } from '../../../activities/reports/outcomeShares';
import type { EpisodeFilter } from '../../../activities/reports/outcomes';
import { CLASSES } from '../../../graph/models/scores';
import type { Lake } from '../../../lake/lake';
import { note, printTable } from '../terminal/output';

/** `level` is `ALL` for all together, the base rate. */
type LevelOutcomes = OutcomeShares & { level: string };

/**
 * By kind of level, all together last.
 * @throws SpymasterError BadArgument as `sessionOutcomes` does
 */
export async function outcomesByLevel(
  lake: Lake,
  filter: EpisodeFilter = {},
  pool = false,
): Promise<LevelOutcomes[]> {
  const { groups, all } = await outcomeShares(lake, filter, ['level'], pool);
  return [...(groups as LevelOutcomes[]), ...(all ? [{ level: 'ALL', ...all }] : [])];
}

/** @param sessions those they are of, by what their data are */
export function printOutcomes(
  levels: readonly LevelOutcomes[],
  { real, simulated }: Record<'real' | 'simulated', number>,
): void {
  if (levels.length === 0) return note('No episodes yet.');
  printTable(
    ['level', 'sessions', 'episodes', 'n', ...CLASSES.map((outcome) => `${outcome} (90 %)`)],
    levels.map(({ level, sessions, episodes, n, shares }) => [
      level,
      sessions,
      episodes,
      n,
      ...CLASSES.map((outcome) => {
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
