/** What a process that stays up tells of itself while it runs. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { productVersion } from '../version';
import { exportMetrics } from './azureMonitor';
import { MetricsEndpoint, type EndpointPlace, type OtherMetrics } from './endpoint';
import { instruments } from './instruments';
import { exportLineage } from './lineageExport';
import type { Log } from './log';
import { METRICS } from './metrics';
import type { ProcessName } from './place';
import { exportTraces } from './traceExport';

/** The registry of a process, with what is told of any. */
export function processRegistry(process: ProcessName | 'score-server'): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  instruments(registry, METRICS.PROCESS).info.set({ process, version: productVersion() }, 1);
  return registry;
}

/**
 * Runs something while its metrics can be asked for, and its traces and the lineage of what it builds go where the environment says.
 * @param place of the metrics; nowhere without
 * @param log is told where the metrics are
 * @throws SpymasterError StoreUnavailable where nothing can listen; whatever the work throws
 */
export async function whileObserved<Result>(
  process: ProcessName,
  registry: Registry,
  place: EndpointPlace | undefined,
  log: Log,
  work: () => Promise<Result>,
  others: readonly OtherMetrics[] = [],
): Promise<Result> {
  const endTraces = await exportTraces(`spymaster-${process}`);
  const endLineage = exportLineage(log);
  const endMetrics = await exportMetrics(`spymaster-${process}`, registry);
  const endpoint = place && (await MetricsEndpoint.open(registry, place, others));
  if (endpoint) log.info({ url: endpoint.url }, `Metrics at ${endpoint.url}`);
  try {
    return await work();
  } finally {
    await Promise.all([endpoint?.close(), endTraces(), endLineage(), endMetrics()]);
  }
}
