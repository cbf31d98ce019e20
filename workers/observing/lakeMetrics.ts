/** What Prometheus is told of the lake: what this process and its pools write, and how long queries take. */
import type { Registry } from 'prom-client';
import { listen } from '../../lake/told';
import { instruments } from './instruments';
import { METRICS } from './metrics';

/** Counts from now on; returns what ends that. */
export function observeLake(registry: Registry): () => void {
  const { bytes, rows, commits, querySeconds } = instruments(registry, METRICS.LAKE);
  return listen(({ kind, event }) => {
    if (kind === 'queried') return querySeconds.observe(event.seconds);
    if (kind !== 'committed') return;
    const [layer] = event.table.split('.');
    bytes.inc({ layer }, event.bytes);
    rows.inc({ layer }, event.rows);
    commits.inc({ layer });
  });
}
