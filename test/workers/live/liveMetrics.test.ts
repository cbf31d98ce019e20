import { Registry } from 'prom-client';
import { nowMs } from '../../../workers/live/clock';
import { LiveMetrics } from '../../../workers/live/liveMetrics';
import { samplesOf } from '../../support/prometheus';

const NOTHING_WAITS = { waiting: 0, misplaced: 0, enqueuedAt: undefined, caughtUp: true };

test('a worker counts what it does itself, not what the one before it has done', async () => {
  const registry = new Registry();
  const metrics = new LiveMetrics('ESH4', registry);
  const told = async (name: string) =>
    samplesOf(await registry.metrics()).get(`spymaster_live_${name}{contract="ESH4"}`);
  const counts = { packets: 10, records: 1000, duplicates: 3, repeated: 20, missing: 1 };
  metrics.begun(counts);
  expect(await told('records_total')).toBe(0);
  counts.records += 5;
  counts.missing += 1;
  metrics.progress(counts, NOTHING_WAITS, 0.25);
  metrics.progress(counts, NOTHING_WAITS, 0.25);
  expect([await told('records_total'), await told('missing_total'), await told('packets_total')]).toEqual([
    5, 1, 0,
  ]);
  expect(await told('busy_seconds_total')).toBe(0.5);
});

test('lag is what waits in the hub, and how old what was taken is; none where nothing waits', async () => {
  const registry = new Registry();
  const metrics = new LiveMetrics('ESH4', registry);
  const told = async (name: string) =>
    samplesOf(await registry.metrics()).get(`spymaster_live_${name}{contract="ESH4"}`);
  const counts = { packets: 0, records: 0, duplicates: 0, repeated: 0, missing: 0 };
  const enqueuedAt = nowMs() - 60_000;
  metrics.progress(counts, { waiting: 321, misplaced: 2, enqueuedAt, caughtUp: false }, 0);
  expect(await told('lag_events')).toBe(321);
  expect(await told('lag_seconds')).toBeGreaterThanOrEqual(60);
  metrics.progress(counts, { ...NOTHING_WAITS, misplaced: 5 }, 0);
  expect([await told('lag_events'), await told('lag_seconds')]).toEqual([0, 0]);
  expect(await told('misplaced_total')).toBe(5);
});

test('two contracts of one process are told apart', async () => {
  const registry = new Registry();
  new LiveMetrics('ESH4', registry).poisoned();
  new LiveMetrics('MESH4', registry).poisoned();
  const told = samplesOf(await registry.metrics());
  expect(told.get('spymaster_live_poisoned_total{contract="ESH4"}')).toBe(1);
  expect(told.get('spymaster_live_poisoned_total{contract="MESH4"}')).toBe(1);
});
