/** Rows of `gold.*` as an operator is given them, of episodes that never were. */
import type { PartitionRows } from '../../../graph/datasets/rowsOperator';
import type { ColumnData, TableBatch, TableContract } from '../../../graph/datasets/schema';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { CLASSES } from '../../../graph/models/scores';
import type { PastEpisode } from '../../../graph/precedents/episodes';
import { FEATURE_TABLE, GROUPS } from '../../../graph/vectors/features';
import { goldVectors } from '../../../graph/vectors/vectorsTable';

const batch = (
  contract: TableContract,
  rowCount: number,
  columns: Record<string, ColumnData>,
): TableBatch => ({ contract, rowCount, columns });

/** By table, a partition a session. */
export function episodeRows(
  episodes: readonly PastEpisode[],
  made: (session: string) => string,
): Map<string, PartitionRows[]> {
  const sessions = [...new Set(episodes.map(({ session }) => session))];
  const rows = (
    contract: TableContract,
    columnsOf: (of: readonly PastEpisode[]) => Record<string, ColumnData>,
  ) =>
    sessions.map((session): PartitionRows => {
      const columns = columnsOf(episodes.filter((episode) => episode.session === session));
      const rowCount = columns.episode_id.length;
      const key = { contract: 'ESH4', trade_date: session };
      return { key, made: made(session), batches: [batch(contract, rowCount, columns)] };
    });
  return new Map([
    [
      goldEpisodes.name,
      rows(goldEpisodes, (of) => ({
        episode_id: of.map(({ id }) => id),
        level_id: of.map(({ levelId }) => levelId),
        level_kind: of.map(({ levelKind }) => levelKind),
        direction: of.map(({ direction }) => direction),
        time_of_day: of.map(({ timeOfDay }) => timeOfDay),
        touch_ts: BigInt64Array.from(of, ({ at }) => at),
        touch_distance: Float64Array.from(of, () => -1.6),
        minutes_since_open: Float64Array.from(of, () => 45),
      })),
    ],
    [
      goldOutcomes.name,
      rows(goldOutcomes, (of) => {
        const all = of.flatMap((episode) =>
          episode.results.map((result, k) => ({ id: episode.id, primary: k === episode.primary, ...result })),
        );
        return {
          episode_id: all.map(({ id }) => id),
          horizon_minutes: Float64Array.from(all, ({ minutes }) => minutes),
          is_primary: Uint8Array.from(all, ({ primary }) => (primary ? 1 : 0)),
          outcome: all.map(({ outcome }) => (outcome === null ? null : CLASSES[outcome])),
          favorable_ticks: Float64Array.from(all, ({ favorable }) => favorable),
          adverse_ticks: Float64Array.from(all, ({ adverse }) => adverse),
        };
      }),
    ],
    [
      goldVectors.name,
      rows(goldVectors, (of) => ({
        episode_id: of.map(({ id }) => id),
        feature_table: of.map(() => FEATURE_TABLE),
        raw: of.map(({ raw }) => Float32Array.from(raw)),
        ...Object.fromEntries(
          GROUPS.map((group) => [
            `has_${group}`,
            Uint8Array.from(of, ({ masked }) => (masked[group] ? 0 : 1)),
          ]),
        ),
      })),
    ],
  ]);
}
