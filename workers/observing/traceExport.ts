/**
 * Where traces go: to a collector over OTLP, as OpenTelemetry's environment variables say (OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS,
 * OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, ...), and to Application Insights. Where nothing is named its SDK is not even loaded.
 * Source: "OpenTelemetry Environment Variable Specification".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { SpymasterError } from '../../graph/errors';
import { readSecret } from '../../lake/secrets/readSecret';
import { isReference } from '../../lake/secrets/reference';
import { loadConfig } from '../config';
import { insightsConnection, insightsSpans } from './azureMonitor';
import { resourceOf } from './resource';

/** Of these the first holds. */
const HEADERS = ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'];
const PROTOCOL = 'http/protobuf';
/** How long what is left may take to be sent, ms. */
const MOST_WAIT_MS = 5000;

/**
 * Exports the traces of this process, if that is wanted.
 * @param service what it is called unless OTEL_SERVICE_NAME says so
 * @returns what sends those that are left and ends that
 * @throws SpymasterError BadConfig for a protocol that is not spoken
 */
export async function exportTraces(service: string, environment = process.env): Promise<() => Promise<void>> {
  const insights = await insightsConnection(environment);
  const collector = isWanted(environment);
  if (!collector && insights === undefined) return async () => {};
  const { context, propagation, trace } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { W3CTraceContextPropagator } = await import('@opentelemetry/core');
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const exporters: SpanExporter[] = [];
  if (collector) exporters.push(await collectorSpans(environment));
  if (insights !== undefined) exporters.push(await insightsSpans(insights));
  const provider = new BasicTracerProvider({
    resource: await resourceOf(service),
    spanProcessors: exporters.map((exporter) => new BatchSpanProcessor(exporter)),
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return async () => {
    // A collector that is away costs the rest of the traces, and nothing else.
    const late = new AbortController();
    const given = sleep(MOST_WAIT_MS, undefined, { signal: late.signal }).catch(() => {});
    await Promise.race([provider.shutdown().catch(() => {}), given]);
    late.abort();
    trace.disable();
    propagation.disable();
    context.disable();
  };
}

async function collectorSpans(environment: NodeJS.ProcessEnv): Promise<SpanExporter> {
  requireProtocol(environment);
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const headers = await vaultedHeaders(environment);
  return new OTLPTraceExporter(headers && { headers });
}

/** What a collector is shown, where the vault has it; where the variables have it themselves, the exporter reads them. */
export async function vaultedHeaders(
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string> | undefined> {
  const field = HEADERS.find((name) => environment[name]);
  const named = field && environment[field];
  if (!named || !isReference(named)) return undefined;
  const { parseKeyPairsIntoRecord } = await import('@opentelemetry/core');
  return parseKeyPairsIntoRecord(await readSecret(named, field, loadConfig(environment)));
}

function isWanted(environment: NodeJS.ProcessEnv): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const exporters = environment.OTEL_TRACES_EXPORTER;
  if (exporters) return exporters.split(',').some((name) => name.trim() === 'otlp');
  return Boolean(environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

function requireProtocol(environment: NodeJS.ProcessEnv): void {
  const [name, protocol] = [
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', environment.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', environment.OTEL_EXPORTER_OTLP_PROTOCOL],
  ].find(([, value]) => value) ?? ['', PROTOCOL];
  if (protocol === PROTOCOL) return;
  throw new SpymasterError('BadConfig', `${name}=${protocol} is not spoken`, {
    field: name,
    expected: PROTOCOL,
  });
}
