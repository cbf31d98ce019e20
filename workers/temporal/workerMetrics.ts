/** What Prometheus is told of a worker beside the metrics of Temporal's SDK. */
import type { Registry } from 'prom-client';
import type { Ended } from '../../activities/pool/activity';
import { instruments } from '../observing/instruments';
import { METRICS } from '../observing/metrics';

/** What is to be told of every piece of work that has ended. */
export function stageMetrics(registry: Registry): (ended: Ended) => void {
  const stages = instruments(registry, METRICS.STAGES);
  return ({ about: { layer }, status, seconds, rows }) => {
    if (layer === undefined) return;
    stages.seconds.observe({ layer, status }, seconds);
    if (status === 'published' && rows !== undefined) stages.rows.inc({ layer }, rows);
  };
}
