import { Registry } from 'prom-client';
import type { FeedMessage } from '../../../graph/feed/packer';
import { FeedCounters } from '../../../workers/feed/counters';
import { samplesOf } from '../../support/prometheus';

const message = (kind: FeedMessage['kind'], records: number, bytes: number) =>
  ({ kind, records, contract: 'ESH4', body: new Uint8Array(bytes) }) as FeedMessage;

test('Prometheus is told what the terminal is told, and why batches were sent again', async () => {
  const registry = new Registry();
  const counters = new FeedCounters(registry);
  counters.happened({ kind: 'connected', sessionId: 'a' } as never);
  counters.failed(Object.assign(new Error('busy'), { code: 'ServerBusyError' }));
  counters.failed(new Error('no answer'));
  counters.sent([message('records', 40, 900), message('dead_letter', 2, 100)], 0.02);
  counters.gaps += 1;
  counters.pending += 77;
  counters.lingered(0.004);
  counters.happened({ kind: 'disconnected' } as never);
  counters.happened({ kind: 'connected', sessionId: 'b' } as never);
  const told = samplesOf(await registry.metrics());
  const of = (name: string) => told.get(`spymaster_feed_${name}`);
  expect(counters.totals()).toEqual({
    records: of('records_total'),
    events: of('events_total'),
    batches: of('batches_total'),
    bytes: of('bytes_total'),
    retries: 2,
    deadLetters: of('dead_letters_total'),
    gaps: of('gaps_total'),
  });
  expect([of('records_total'), of('events_total'), of('bytes_total')]).toEqual([40, 2, 1000]);
  expect([of('connections_total'), of('pending_bytes')]).toEqual([2, 77]);
  expect(of('retries_total{reason="ServerBusyError"}')).toBe(1);
  expect(of('retries_total{reason="unknown"}')).toBe(1);
  expect([of('linger_seconds_count'), of('batch_seconds_sum')]).toEqual([1, 0.02]);
});
