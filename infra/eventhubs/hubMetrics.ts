/** What Prometheus is told of the hubs. */
import type { Instruments } from '../../workers/observing/instruments';
import type { METRICS } from '../../workers/observing/metrics';

export type HubMetrics = Instruments<typeof METRICS.HUB>;
