/**
 * Outcomes worked out by SQL from `bronze.mbo` and `gold.episodes` alone, sharing no code with the operators.
 * Of the calendar it takes the closes, of the settings barrier and horizons, and how long a silence is one.
 */
import { SILENCE_NS } from '../../graph/levels/coverage';
import { quote } from '../../lake/parquet/engine';

interface LabelTerms {
  contract: string;
  tradeDate: string;
  /** 1e-9. */
  tickNanos: number;
  barrierTicks: number;
  horizonMinutes: readonly number[];
  primaryHorizonMinutes: number;
  /** When a measurement ends at the latest: the first of these after its touch; ns UTC. */
  closes: readonly bigint[];
}

/** Columns of the result, as in `gold.outcomes`; `touch_found` says whether Bronze has the trade that is the touch. */
export function labelSql(terms: LabelTerms): string {
  const { contract, tradeDate, tickNanos, barrierTicks, horizonMinutes, primaryHorizonMinutes, closes } =
    terms;
  const ofDate = (alias: string) =>
    `${alias}.contract = ${quote(contract)} AND ${alias}.trade_date = ${quote(tradeDate)}`;
  const horizons = horizonMinutes.map(
    (minutes) => `(${minutes}::DOUBLE, ${Math.round(minutes * 60e9)}::BIGINT)`,
  );
  const ends = closes.map((close) => `(${close}::BIGINT)`);
  // A price in points is a whole number of ticks but for rounding, unless the level is an average.
  const ticks = (points: string) => {
    const exact = `(${points} * 1e9 / ${tickNanos})`;
    return `CASE WHEN abs(${exact} - round(${exact})) < 1e-6 THEN round(${exact}) ELSE ${exact} END`;
  };
  return `
    WITH arrived AS (
      SELECT row_number() OVER () AS n, ts_recv, ts_event, action, price
      FROM bronze.mbo m WHERE ${ofDate('m')} AND (flags & 32) = 0
    ),
    -- Time never goes back: a trade older than an event before it counts at the time of that one.
    timed AS (SELECT *, max(ts_event) OVER (ORDER BY n) AS moment FROM arrived),
    trades AS (
      SELECT n, ts_recv, price, price / ${tickNanos} AS ticks, price / 1e9 AS points, moment
      FROM timed WHERE action = 'T'
    ),
    ending AS (SELECT max(ts_event) AS latest FROM arrived),
    -- Data that end with a close have no record at the very instant: they reach to it.
    data AS (
      SELECT coalesce(
        (SELECT min(c.close) FROM (VALUES ${ends.join(', ')}) c(close)
          WHERE c.close > latest AND c.close - latest < ${SILENCE_NS}),
        latest
      ) AS last_event FROM ending
    ),
    touches AS (
      SELECT e.episode_id, e.touch_ts, e.touch_price, ${ticks('e.level_price')} AS level,
        CASE e.direction WHEN 'UP' THEN 1 ELSE -1 END AS sign, min(t.n) AS n
      FROM gold.episodes e LEFT JOIN trades t
        ON t.ts_recv = e.touch_recv_ts AND t.moment = e.touch_ts AND t.price = round(e.touch_price * 1e9)::BIGINT
      WHERE ${ofDate('e')}
      GROUP BY ALL
    ),
    measured AS (
      SELECT t.*, h.minutes,
        t.touch_ts + h.span AS horizon_end,
        least(horizon_end, (SELECT min(c.close) FROM (VALUES ${ends.join(', ')}) c(close) WHERE c.close > t.touch_ts)) AS ends
      FROM touches t, (VALUES ${horizons.join(', ')}) h(minutes, span)
    ),
    followed AS (
      SELECT m.*, t.n AS trade, t.moment, t.points, t.ticks, m.sign * (t.ticks - m.level) AS through
      FROM measured m LEFT JOIN trades t ON t.n > m.n AND t.moment < m.ends
    ),
    summed AS (
      SELECT episode_id, touch_ts, touch_price, level, sign, n, minutes, ends, horizon_end,
        min(trade) FILTER (through >= ${barrierTicks}) AS break_n,
        min(trade) FILTER (through <= -${barrierTicks}) AS reject_n,
        arg_min(moment, trade) FILTER (through >= ${barrierTicks}) AS break_ts,
        arg_min(moment, trade) FILTER (through <= -${barrierTicks}) AS reject_ts,
        max(points) AS highest, min(points) AS lowest, arg_max(points, trade) AS latest, count(trade) AS trades
      FROM followed GROUP BY ALL
    ),
    ended AS (
      SELECT *, greatest(touch_price, highest) AS high, least(touch_price, lowest) AS low,
        coalesce(latest, touch_price) AS end_price
      FROM summed, data
    )
    SELECT episode_id, minutes AS horizon_minutes, n IS NOT NULL AS touch_found,
      minutes = ${primaryHorizonMinutes} AS is_primary,
      CASE
        WHEN break_n IS NOT NULL AND (reject_n IS NULL OR break_n < reject_n) THEN 'BREAK'
        WHEN reject_n IS NOT NULL THEN 'REJECT'
        WHEN last_event < ends THEN NULL
        ELSE 'CHOP'
      END AS outcome,
      CASE WHEN last_event < ends THEN 'data_end' WHEN ends < horizon_end THEN 'close' ELSE 'horizon' END AS ended_by,
      touch_ts, least(ends, last_event) AS end_ts, break_ts, reject_ts,
      (break_ts - touch_ts) / 1e9 AS seconds_to_break,
      (reject_ts - touch_ts) / 1e9 AS seconds_to_reject,
      CASE WHEN sign > 0 THEN ${ticks('high')} - level ELSE level - ${ticks('low')} END AS favorable_ticks,
      CASE WHEN sign > 0 THEN level - ${ticks('low')} ELSE ${ticks('high')} - level END AS adverse_ticks,
      high, low, end_price, trades
    FROM ended ORDER BY episode_id, horizon_minutes`;
}
