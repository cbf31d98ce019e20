/** What Prometheus is told of a worker beside the metrics of Temporal's SDK. */
import type { Registry } from 'prom-client';
import type { Ended } from '../../activities/pool/activity';
import { productsOf } from '../../graph/settings';
import type { Config } from '../config';
import { instruments } from '../observing/instruments';
import { observeLake } from '../observing/lakeMetrics';
import { METRICS } from '../observing/metrics';
import { observeNights } from '../observing/nightMetrics';
import { processRegistry } from '../observing/observe';
import type { TemporalSettings } from './settings';

/**
 * Of whatever process works for a lake: what it reads and writes there, and which nights there have to be.
 * @returns `onStage` is to be told of every piece of work that has ended
 */
export function observeWorker(
  { features }: Pick<Config, 'features'>,
  temporal: TemporalSettings,
): { registry: Registry; onStage: (ended: Ended) => void } {
  const registry = processRegistry('worker');
  observeLake(registry);
  observeNights(registry, temporal, productsOf(features));
  return { registry, onStage: stageMetrics(registry) };
}

function stageMetrics(registry: Registry): (ended: Ended) => void {
  const stages = instruments(registry, METRICS.STAGES);
  return ({ about: { layer }, status, seconds, rows }) => {
    if (layer === undefined) return;
    stages.seconds.observe({ layer, status }, seconds);
    if (status === 'published' && rows !== undefined) stages.rows.inc({ layer }, rows);
  };
}
