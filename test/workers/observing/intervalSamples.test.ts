import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { IntervalSamples, quantileOf, sampleNames } from '../../../workers/observing/intervalSamples';

test('of counters the increase is told, of gauges the value, of histograms how many and their quantiles', async () => {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: 'spymaster_a_total', help: 'a', labelNames: ['status'], registers });
  const lag = new Gauge({ name: 'spymaster_b', help: 'b', registers });
  const seconds = new Histogram({ name: 'spymaster_c', help: 'c', buckets: [1, 2, 4], registers });
  const other = new Counter({ name: 'other_total', help: 'd', registers });
  const samples = new IntervalSamples(registry);
  requests.inc({ status: '200' }, 5);
  lag.set(2.5);
  other.inc();
  for (const value of [0.5, 1.5, 1.5, 3]) seconds.observe(value);
  expect(await samples.take()).toEqual([
    { name: 'spymaster_a_total', kind: 'increase', value: 5, labels: { status: '200' } },
    { name: 'spymaster_b', kind: 'value', value: 2.5, labels: {} },
    { name: 'spymaster_c_count', kind: 'increase', value: 4, labels: {} },
    { name: 'spymaster_c_p50', kind: 'value', value: 1.5, labels: {} },
    { name: 'spymaster_c_p99', kind: 'value', value: expect.closeTo(3.92, 10), labels: {} },
  ]);
  requests.inc({ status: '200' }, 2);
  requests.inc({ status: '500' });
  seconds.observe(100);
  expect(await samples.take()).toEqual([
    { name: 'spymaster_a_total', kind: 'increase', value: 2, labels: { status: '200' } },
    { name: 'spymaster_a_total', kind: 'increase', value: 1, labels: { status: '500' } },
    { name: 'spymaster_b', kind: 'value', value: 2.5, labels: {} },
    { name: 'spymaster_c_count', kind: 'increase', value: 1, labels: {} },
    { name: 'spymaster_c_p50', kind: 'value', value: 4, labels: {} },
    { name: 'spymaster_c_p99', kind: 'value', value: 4, labels: {} },
  ]);
  requests.reset();
  requests.inc({ status: '200' });
  expect((await samples.take()).filter(({ name }) => name === 'spymaster_a_total')).toEqual([
    { name: 'spymaster_a_total', kind: 'increase', value: 1, labels: { status: '200' } },
  ]);
  expect(sampleNames({ type: 'histogram', name: 'h' })).toEqual(['h_count', 'h_p50', 'h_p99']);
  expect(sampleNames({ type: 'gauge', name: 'g' })).toEqual(['g']);
});

test('a quantile lies in the bucket that the true one lies in', () => {
  const ends = [1, 2, 5, 10, 100];
  const inBucket = (value: number) => ends.findIndex((end) => value <= end);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, q) => {
        const buckets = [...ends, Infinity].map((to, k) => ({
          to,
          count: values.filter((value) => inBucket(value) === (to === Infinity ? -1 : k)).length,
        }));
        const sorted = [...values].sort((a, b) => a - b);
        const truth = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)];
        expect(inBucket(quantileOf(buckets, q) - 1e-9)).toBe(inBucket(truth));
      },
    ),
  );
});
