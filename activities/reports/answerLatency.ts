/** How soon answers were given in the latest session that was followed live, and by what. */
import type { ProcessesAnswer } from '../../graph/api/processes';
import type { Lake } from '../../lake/lake';

/** From the event that completed the vector to the answer; those that only the end of the session completed tell nothing. */
const TOOK_MS = `CASE WHEN message->>'$.latency.received' <> '0'
  THEN greatest((message->>'$.latency.answered')::BIGINT - (message->>'$.latency.received')::BIGINT, 0) / 1e6 END`;

export async function answerLatency(lake: Lake): Promise<ProcessesAnswer['answers']> {
  const [row] = await lake.query(
    `SELECT count(took)::INTEGER AS n, quantile_cont(took, 0.5) AS p50, quantile_cont(took, 0.9) AS p90,
       quantile_cont(took, 0.99) AS p99, max(answered_at)::VARCHAR AS latest,
       arg_max_null(model_version, answered_at) AS model, arg_max_null(model_missing, answered_at) AS missing
     FROM (SELECT *, ${TOOK_MS} AS took FROM gold.inference_results
       WHERE trade_date = (SELECT max(trade_date) FROM gold.inference_results))`,
  );
  const { n, p50, p90, p99, latest, model, missing } = row as Record<string, never>;
  return {
    latency: Number(n) > 0 ? { n, p50, p90, p99 } : null,
    latestAt: latest === null ? null : new Date(Number(BigInt(latest) / 1_000_000n)).toISOString(),
    model,
    missing,
  };
}
