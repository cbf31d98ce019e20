import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { MetricsEndpoint } from '../../../workers/observing/endpoint';
import { instruments, readWhenAsked } from '../../../workers/observing/instruments';
import { METRICS } from '../../../workers/observing/metrics';
import { PROCESSES, metricsPlace } from '../../../workers/observing/place';
import { samplesOf } from '../../support/prometheus';

const HOST = '127.0.0.1';
const opened: MetricsEndpoint[] = [];
afterEach(() => Promise.all(opened.splice(0).map((endpoint) => endpoint.close())));

async function open(...args: Parameters<typeof MetricsEndpoint.open>): Promise<MetricsEndpoint> {
  const endpoint = await MetricsEndpoint.open(...args);
  opened.push(endpoint);
  return endpoint;
}

test('what is counted is served, beside what others keep; what is not to be had of them is left out', async () => {
  const registry = new Registry();
  instruments(registry, METRICS.LIVE).records.inc({ contract: 'ESH4' }, 3);
  const others = [
    () => Promise.resolve('# TYPE temporal_some_total counter\ntemporal_some_total{queue="a"} 7\n'),
    () => Promise.reject(new Error('away\nfor now')),
  ];
  const { url } = await open(registry, { host: HOST, port: 0, exact: true }, others);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const samples = samplesOf(await response.text());
  expect(samples.get('spymaster_live_records_total{contract="ESH4"}')).toBe(3);
  expect(samples.get('temporal_some_total{queue="a"}')).toBe(7);
  expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

test('processes of one kind share a machine: who comes later has a port ten further on, which is no other kind’s', async () => {
  const held = createServer().listen(0, HOST);
  await once(held, 'listening');
  const { port } = held.address() as AddressInfo;
  const registry = new Registry();
  const { url } = await open(registry, { host: HOST, port, exact: false });
  expect(Number(new URL(url).port) - port).toBeGreaterThan(0);
  expect((Number(new URL(url).port) - port) % 10).toBe(0);
  expect(PROCESSES.length).toBeLessThanOrEqual(10);
  await expect(open(registry, { host: HOST, port, exact: true })).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining(String(port)),
  });
  held.close();
});

test('the place is that of the configuration and the kind of process, unless a port is named', () => {
  const config = { host: HOST, port: 9000 };
  expect(metricsPlace('worker', config)).toEqual({ host: HOST, port: 9000, exact: false });
  expect(metricsPlace('feed', config)).toEqual({ host: HOST, port: 9002, exact: false });
  expect(metricsPlace('feed', config, 0)).toEqual({ host: HOST, port: 0, exact: true });
  expect(metricsPlace('feed', config, 'off')).toBeUndefined();
  expect(metricsPlace('feed', { host: HOST, port: 'off' })).toBeUndefined();
});

test('what is counted elsewhere is read whenever it is asked for, and no sooner', async () => {
  const registry = new Registry();
  const gateway = { accepted: 1, sessions: 1 };
  readWhenAsked(registry, METRICS.GATEWAY, () => gateway);
  const asked = async () => {
    const samples = samplesOf(await registry.metrics());
    return ['spymaster_gateway_sessions_total', 'spymaster_gateway_sessions'].map((name) =>
      samples.get(name),
    );
  };
  expect(await asked()).toEqual([1, 1]);
  Object.assign(gateway, { accepted: 5, sessions: 0 });
  expect(await asked()).toEqual([5, 0]);
});
