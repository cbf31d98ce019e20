import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { exportMetrics, insightsConnection } from '../../../workers/observing/azureMonitor';
import { instruments } from '../../../workers/observing/instruments';
import { METRICS } from '../../../workers/observing/metrics';
import { exportTraces } from '../../../workers/observing/traceExport';
import { traced } from '../../../workers/observing/tracing';
import { localCertificate, trust } from '../../support/azure/certificate';

interface Envelope {
  iKey?: string;
  instrumentationKey?: string;
  tags: Record<string, string>;
  data: {
    baseType: string;
    baseData: {
      name?: string;
      success?: boolean;
      properties: Record<string, string>;
      metrics?: { name: string; value: number }[];
    };
  };
}

const KEY = '11111111-2222-4333-8444-555555555555';

/** Takes telemetry as Application Insights does. */
async function startInsights() {
  const taken: Envelope[] = [];
  const certificate = await localCertificate();
  const distrust = trust(certificate);
  const server = createServer(certificate, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      const some = (
        text.startsWith('[')
          ? JSON.parse(text)
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as Envelope)
      ) as Envelope[];
      if (request.url?.endsWith('/track')) taken.push(...some);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ itemsReceived: some.length, itemsAccepted: some.length, errors: [] }));
    });
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    taken,
    environment: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${KEY};IngestionEndpoint=https://localhost:${port}/`,
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      distrust();
    },
  };
}

test('metrics go to Application Insights under their own names, with their labels, at the latest when the process ends', async () => {
  const insights = await startInsights();
  const registry = new Registry();
  const live = instruments(registry, METRICS.LIVE);
  const end = await exportMetrics('spymaster-live', registry, insights.environment);
  live.lagSeconds.set({ contract: 'ESH4' }, 1.5);
  live.results.inc({ contract: 'ESH4' }, 3);
  live.answerSeconds.observe({ contract: 'ESH4' }, 0.0015);
  await end();
  await insights.close();
  const told = insights.taken.flatMap(({ tags, data: { baseType, baseData } }) =>
    baseData.metrics!.map(({ name, value }) => [
      baseType,
      tags['ai.cloud.role'],
      baseData.properties.contract,
      name,
      value,
    ]),
  );
  const of = (name: string, value: unknown) => ['MetricData', 'spymaster-live', 'ESH4', name, value];
  expect(told).toEqual([
    of('spymaster_live_lag_seconds', 1.5),
    of('spymaster_live_answer_seconds_count', 1),
    of('spymaster_live_answer_seconds_p50', 0.0015),
    of('spymaster_live_answer_seconds_p99', expect.closeTo(0.00199, 6)),
    of('spymaster_live_results_total', 3),
  ]);
});

test('spans go there too, beside or without a collector', async () => {
  const insights = await startInsights();
  const end = await exportTraces('spymaster-live', insights.environment);
  await expect(traced('answer', { 'spymaster.contract': 'ESH4' }, () => Promise.resolve(7))).resolves.toBe(7);
  await end();
  await insights.close();
  const { tags, data } = insights.taken.find((one) => one.data.baseType === 'RemoteDependencyData')!;
  expect([tags['ai.cloud.role'], data.baseData.name]).toEqual(['spymaster-live', 'answer']);
  expect(data.baseData.properties['spymaster.contract']).toBe('ESH4');
});

test('nothing goes there unless it is named, and what names nothing is refused', async () => {
  expect(await insightsConnection({})).toBeUndefined();
  expect(
    await insightsConnection({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'x', OTEL_SDK_DISABLED: 'true' }),
  ).toBeUndefined();
  await expect(
    insightsConnection({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'https://insights' }),
  ).rejects.toThrow('APPLICATIONINSIGHTS_CONNECTION_STRING is no connection string');
});
