/** Where price was around precedents, at the end of each bar: 20 minutes before the touch, and 30 after it. */
import type { PathPoint, PrecedentsAnswer } from '../../graph/precedents/answer';
import type { Lake } from '../../lake/lake';
import { quote } from '../../lake/parquet/engine';
import { arrowResult } from '../../lake/query/arrowResult';

type Precedents = PrecedentsAnswer['precedents'];

/** Minutes of a path. */
const BEFORE = 20;
const AFTER = 30;

/** In the metadata of an Arrow schema: the whole answer, as JSON. */
export const ANSWER_METADATA = 'spymaster.precedents';

/** By episode. */
export async function pathsOf(lake: Lake, precedents: Precedents): Promise<Map<string, PathPoint[]>> {
  const paths = new Map<string, PathPoint[]>(precedents.map(({ id }) => [id, []]));
  for (const { episode_id: id, seconds, points } of await lake.query(pathsSql(precedents)))
    paths.get(id as string)!.push({ seconds: Number(seconds), points: Number(points) });
  return paths;
}

/**
 * An Arrow IPC stream of the paths, a row a precedent and end of a bar, the nearest precedent first; the answer itself is in the metadata of its
 * schema.
 */
export const pathsAsArrow = (lake: Lake, answer: PrecedentsAnswer): Promise<Uint8Array> =>
  arrowResult(lake, pathsSql(answer.precedents), {
    metadata: new Map([[ANSWER_METADATA, JSON.stringify(answer)]]),
  });

/**
 * Columns: `rank` from 1, `episode_id`, `distance`, `outcome`, `seconds` from the touch, `points` from the level along the approach. A bar has
 * the mid price of its end: told as of its start, price would have been at the level before it touched. Bars follow one another without gaps.
 */
function pathsSql(precedents: Precedents): string {
  const dates = precedents.map(({ contract, session }) => `(${quote(contract)}, DATE ${quote(session)})`);
  const rows = precedents.map(
    ({ id, distance, outcome }, k) => `(${k + 1}, ${quote(id)}, ${distance}, ${quote(outcome)})`,
  );
  const ns = (minutes: number) => `${minutes * 60}000000000`;
  const near = precedents.length === 0 ? `SELECT 0, '', 0, '' LIMIT 0` : `VALUES ${rows.join(', ')}`;
  return `
    SELECT rank::INTEGER AS rank, episode_id, distance::DOUBLE AS distance, outcome, bar_end / 1e9 AS seconds, points
    FROM (
      SELECT p.rank, e.episode_id, p.distance, p.outcome,
        b.bar_start_utc - e.touch_ts + (max(b.bar_start_utc) OVER bars - min(b.bar_start_utc) OVER bars) // (count(*) OVER bars - 1) AS bar_end,
        (CASE e.direction WHEN 'UP' THEN 1 ELSE -1 END) * (b.mid - e.level_price) AS points
      FROM (${near}) p(rank, id, distance, outcome)
        JOIN gold.episodes e ON e.episode_id = p.id
        JOIN silver.bars b USING (contract, trade_date)
      WHERE ${precedents.length === 0 ? 'false' : `(e.contract, e.trade_date) IN (${dates.join(', ')})`}
        AND b.bar_start_utc BETWEEN e.touch_ts - ${ns(BEFORE)} AND e.touch_ts + ${ns(AFTER)}
      WINDOW bars AS (PARTITION BY p.rank)
    )
    WHERE points IS NOT NULL AND bar_end <= ${ns(AFTER)}
    ORDER BY rank, bar_end`;
}
