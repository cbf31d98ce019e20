import { Registry } from 'prom-client';
import { GatewayMetrics } from '../../../workers/gateway/gatewayMetrics';

test('how soon frames are sent is known as well as the buckets of the histogram tell', async () => {
  const registry = new Registry();
  const metrics = new GatewayMetrics(registry);
  expect(await metrics.frameLatency()).toBeNull();
  const seconds = Array.from({ length: 500 }, (_, k) => 0.001 * (k + 1));
  for (const one of seconds) metrics.shown(one);
  const { n, ...percentiles } = (await metrics.frameLatency())!;
  expect(n).toBe(500);
  const bounds = (await registry.metrics()).matchAll(/frame_seconds_bucket\{le="([\d.]+)"/g);
  const edges = [0, ...[...bounds].map(([, le]) => 1000 * Number(le))];
  for (const [name, share] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
  ] as const) {
    const true_ = 1000 * seconds[Math.round(share * 500) - 1];
    const above = edges.find((edge) => edge >= true_)!;
    expect(percentiles[name]).toBeGreaterThan(edges[edges.indexOf(above) - 1]);
    expect(percentiles[name]).toBeLessThanOrEqual(above);
  }
});
