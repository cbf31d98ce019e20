/** What a process that stays up tells of itself while it runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { PROJECT_ROOT } from '../../infra/root';
import { MetricsEndpoint, type EndpointPlace, type OtherMetrics } from './endpoint';
import { instruments } from './instruments';
import { METRICS } from './metrics';
import type { ProcessName } from './place';

/** The registry of a process, with what is told of any. */
export function processRegistry(process: ProcessName | 'score-server'): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  instruments(registry, METRICS.PROCESS).info.set({ process, version: version() }, 1);
  return registry;
}

function version(): string {
  const text = readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Runs something while its metrics can be asked for.
 * @param place nowhere without
 * @param told is given the address
 * @throws SpymasterError StoreUnavailable where nothing can listen; whatever the work throws
 */
export async function whileObserved<Result>(
  registry: Registry,
  place: EndpointPlace | undefined,
  told: (url: string) => void,
  work: () => Promise<Result>,
  others: readonly OtherMetrics[] = [],
): Promise<Result> {
  if (!place) return work();
  const endpoint = await MetricsEndpoint.open(registry, place, others);
  told(endpoint.url);
  try {
    return await work();
  } finally {
    await endpoint.close();
  }
}
