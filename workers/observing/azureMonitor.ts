/**
 * Application Insights as where metrics and traces go, when APPLICATIONINSIGHTS_CONNECTION_STRING names one. Without it nothing of it is
 * loaded. Source: "Azure Monitor OpenTelemetry exporter for JavaScript"; `AppMetrics` and `AppDependencies` are where they arrive.
 */
import { ValueType } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type * as Sdk from '@opentelemetry/sdk-metrics';
import type { MetricData, MetricProducer, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';
import { SpymasterError } from '../../graph/errors';
import { readSecret } from '../../lake/secrets/readSecret';
import { isReference } from '../../lake/secrets/reference';
import { loadConfig } from '../config';
import { IntervalSamples, type Sample } from './intervalSamples';
import { resourceOf } from './resource';

const VARIABLE = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
const EVERY_MS = 60_000;

/** How long what is left may take to be sent, ms. */
const MOST_WAIT_MS = 5000;

/** @throws SpymasterError BadConfig for a text that is no connection string; as `readSecret` does */
export async function insightsConnection(environment = process.env): Promise<string | undefined> {
  const named = environment[VARIABLE];
  if (!named || environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const text = isReference(named) ? await readSecret(named, VARIABLE, loadConfig(environment)) : named;
  if (/(^|;)\s*InstrumentationKey=[0-9a-f-]{36}/i.test(text)) return text;
  throw new SpymasterError('BadConfig', `${VARIABLE} is no connection string of Application Insights`, {
    field: VARIABLE,
    expected: 'InstrumentationKey=...;IngestionEndpoint=https://...',
  });
}

/** What sends spans there. */
export async function insightsSpans(connectionString: string): Promise<SpanExporter> {
  const { AzureMonitorTraceExporter } = await load();
  return new AzureMonitorTraceExporter(options(connectionString)) as unknown as SpanExporter;
}

/**
 * Sends what a registry counts, each minute, if that is wanted.
 * @param service what the process is called unless OTEL_SERVICE_NAME says so
 * @returns what sends the rest and ends that
 * @throws SpymasterError BadConfig
 */
export async function exportMetrics(
  service: string,
  registry: Registry,
  environment = process.env,
): Promise<() => Promise<void>> {
  const connectionString = await insightsConnection(environment);
  if (connectionString === undefined) return async () => {};
  const { AzureMonitorMetricExporter } = await load();
  const sdk = await import('@opentelemetry/sdk-metrics');
  const resource = await resourceOf(service);
  const samples = new IntervalSamples(registry);
  const producer: MetricProducer = {
    collect: async () => {
      const metrics = (await samples.take()).map((sample) => metricOf(sample, new Date(), sdk));
      const scopeMetrics = [{ scope: { name: 'spymaster' }, metrics }];
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
    },
  };
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter: new AzureMonitorMetricExporter(options(connectionString)) as unknown as PushMetricExporter,
    exportIntervalMillis: EVERY_MS,
    exportTimeoutMillis: EVERY_MS / 2,
    metricProducers: [producer],
  });
  const provider = new sdk.MeterProvider({ resource, readers: [reader] });
  return () => provider.shutdown({ timeoutMillis: MOST_WAIT_MS }).catch(() => {});
}

function load() {
  // What the exporter would tell its makers of itself is nobody's business here.
  process.env.APPLICATIONINSIGHTS_STATSBEAT_DISABLED ??= 'true';
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= 'true';
  return import('@azure/monitor-opentelemetry-exporter');
}

/** Nothing is kept on disk for later: a process may have none to write to. */
const options = (connectionString: string) => ({ connectionString, disableOfflineStorage: true });

function metricOf({ name, kind, value, labels }: Sample, at: Date, sdk: typeof Sdk): MetricData {
  const time: [number, number] = [Math.floor(at.getTime() / 1000), (at.getTime() % 1000) * 1_000_000];
  const common = {
    descriptor: { name, description: '', unit: '', valueType: ValueType.DOUBLE },
    dataPoints: [{ startTime: time, endTime: time, attributes: { ...labels }, value }],
    aggregationTemporality: sdk.AggregationTemporality.DELTA,
  };
  return kind === 'value'
    ? { ...common, dataPointType: sdk.DataPointType.GAUGE }
    : { ...common, dataPointType: sdk.DataPointType.SUM, isMonotonic: true };
}
