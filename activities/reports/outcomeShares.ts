/** How episodes ended, as shares of each outcome with how sure they are, by level, direction or time of day. */
import type { OutcomeGroup } from '../../graph/api/episodes';
import type { Direction } from '../../graph/episodes/episode';
import { CLASSES } from '../../graph/models/scores';
import { clusteredShare, type ClusteredShare } from '../../graph/statistics/clustered';
import type { Lake } from '../../lake/lake';
import { sessionOutcomes, type EpisodeFilter, type SessionOutcomes } from './outcomes';

type Outcome = (typeof CLASSES)[number];

export interface OutcomeShares {
  /** Kind of the level. */
  level?: string;
  direction?: Direction;
  timeOfDay?: string;
  sessions: number;
  episodes: number;
  /** Episodes whose outcome is known: their session's data went on until it was decided. */
  n: number;
  /** Share of each outcome among `n`, with its 90 % interval; episodes of one session count as the cluster they are. */
  shares: Record<Outcome, ClusteredShare>;
}

/**
 * @param by what groups have in common, in this order
 * @returns each group, and `all` together: the base rate; null where there are no episodes
 * @throws SpymasterError BadArgument as `sessionOutcomes` does
 */
export async function outcomeShares(
  lake: Lake,
  filter: EpisodeFilter,
  by: readonly OutcomeGroup[],
  pool = false,
): Promise<{ groups: OutcomeShares[]; all: OutcomeShares | null }> {
  const rows = await sessionOutcomes(lake, filter, pool);
  const groups = new Map<string, SessionOutcomes[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((name) => row[name]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return {
    groups: [...groups.values()].map((of) => ({
      ...Object.fromEntries(by.map((name) => [name, of[0][name]])),
      ...summed(of),
    })),
    all: rows.length > 0 ? summed(rows) : null,
  };
}

function summed(rows: readonly SessionOutcomes[]): OutcomeShares {
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
    sessions: sessions.size,
    episodes: total(rows, 'episodes'),
    n: total(rows, 'n'),
    shares: Object.fromEntries(CLASSES.map(share)) as OutcomeShares['shares'],
  };
}
