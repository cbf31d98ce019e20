/** Where the metrics of each kind of process are, so that several on one machine are found and do not meet. */
import type { EndpointPlace } from './endpoint';

/** Of the first kind; OpenTelemetry's exporters for Prometheus have it too. */
export const DEFAULT_METRICS_PORT = 9464;

/** In the order of their ports, from the first one on. */
export const PROCESSES = ['worker', 'live', 'feed', 'lsg', 'hub', 'gateway'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** Of the configuration. */
export interface MetricsConfig {
  /** Those of this machine alone, unless another is to ask. */
  readonly host: string;
  /** Of the first kind of process; the others follow it. */
  readonly port: number | 'off';
}

/** A port that the command line names; 0 is any that is free. */
export type PortChoice = number | 'off';

/** @returns undefined where metrics are off */
export function metricsPlace(
  process: ProcessName,
  { host, port }: MetricsConfig,
  chosen?: PortChoice,
): EndpointPlace | undefined {
  if (chosen !== undefined) return chosen === 'off' ? undefined : { host, port: chosen, exact: true };
  if (port === 'off') return undefined;
  return { host, port: port + PROCESSES.indexOf(process), exact: false };
}
