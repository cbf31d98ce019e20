/** Base rates of a product from the lake: of episodes whose outcome at the primary horizon is known. */
import { canonical } from '../../graph/catalog/provenance';
import type { Direction } from '../../graph/episodes/episode';
import type { LevelKind } from '../../graph/levels/kinds';
import { CLASSES } from '../../graph/models/scores';
import { PartitionRates, type EndedEpisode } from '../../graph/precedents/partitionRates';
import type { Lake } from '../../lake/lake';
import { builtDates, episodeCondition } from '../reports/outcomes';

/** Of sessions built by the settings and code of the latest one alone: others are other measurements. */
export async function readPartitionRates(lake: Lake, product: string): Promise<PartitionRates> {
  const dates = await builtDates(lake, { product });
  const latest = dates.at(-1);
  if (!latest) return new PartitionRates([]);
  const made = canonical(latest.made);
  const alike = dates.filter((date) => canonical(date.made) === made);
  const rows = await lake.query(`
    SELECT e.trade_date::VARCHAR AS session, e.touch_ts AS at, e.level_kind, e.direction, e.time_of_day, o.outcome
    FROM gold.episodes e JOIN gold.outcomes o USING (contract, trade_date, episode_id)
    WHERE o.is_primary AND o.outcome IS NOT NULL AND ${episodeCondition({}, alike).sql}
    ORDER BY session, e.touch_ts`);
  return new PartitionRates(
    rows.map((row): EndedEpisode => ({
      session: row.session as string,
      at: BigInt(row.at as string),
      levelKind: row.level_kind as LevelKind,
      direction: row.direction as Direction,
      timeOfDay: row.time_of_day as string,
      outcome: (CLASSES as readonly string[]).indexOf(row.outcome as string),
    })),
  );
}
