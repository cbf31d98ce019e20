/** A reader that does not keep up: it is given no more than its connection takes, and all of it in the end. */
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import rhea = require('rhea');
import { Faults } from '../../../infra/eventhubs/faults';
import { Hub } from '../../../infra/eventhubs/hub';
import { openReceiveLink } from '../../../infra/eventhubs/receiveLink';
import { instruments } from '../../../workers/observing/instruments';
import { METRICS } from '../../../workers/observing/metrics';
import { temporaryFolder } from '../../support/lake';
import { until } from '../../support/until';

const LOG = { fsync: 'never', retentionMs: 1e9, retentionBytes: 1 << 30, segmentBytes: 1 << 20 } as const;
const FULL = 9 << 20;

/** A link whose consumer has asked for all there is, over a socket whose unsent bytes a test sets. */
class SlowReader extends EventEmitter {
  readonly socket = Object.assign(new EventEmitter(), { writableLength: 0 });
  readonly connection = { socket: this.socket };
  readonly source = {
    filter: { 'apache.org:selector-filter:string': "amqp.annotation.x-opt-sequence-number > '-1'" },
  };
  readonly remote = { attach: {} };
  readonly sent: string[] = [];
  credit = 10_000;

  /** Each is transferred as soon as it is given. */
  get delivery_count(): number {
    return this.sent.length;
  }

  is_open(): boolean {
    return true;
  }

  send(bytes: Buffer): void {
    const { body } = rhea.message.decode(bytes) as unknown as { body: { content: Buffer } };
    this.sent.push(body.content.toString());
  }

  get waits(): number {
    return this.socket.listenerCount('drain');
  }
}

test('while its socket is full it is waited for once, however much comes, and then it goes on in order', async () => {
  const hub = new Hub({ name: 'hub', partitions: 1, consumerGroups: [] }, temporaryFolder(), LOG, Date.now);
  const reader = new SlowReader();
  const end = openReceiveLink(reader as unknown as rhea.Sender, {
    hub,
    group: '$Default',
    partitionId: '0',
    faults: new Faults(() => 0),
    metrics: instruments(new Registry(), METRICS.HUB),
  });
  const texts: string[] = [];
  const append = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      texts.push(`event ${texts.length}`);
      const body = rhea.message.data_section(Buffer.from(texts.at(-1)!));
      hub.partition('0').append([rhea.message.encode({ body } as unknown as rhea.Message)]);
      // It is told of each by itself.
      await nextTurn();
      await nextTurn();
    }
  };
  await append(3);
  await until(() => reader.sent.length === 3);
  for (const round of [1, 2]) {
    reader.socket.writableLength = FULL;
    await append(20);
    for (let asked = 0; asked < 20; asked += 1) reader.emit('sendable');
    await nextTurn();
    expect(reader.sent).toHaveLength(texts.length - 20);
    expect({ round, waits: reader.waits }).toEqual({ round, waits: 1 });
    reader.socket.writableLength = 0;
    reader.socket.emit('drain');
    await until(() => reader.sent.length === texts.length);
  }
  expect(reader.sent).toEqual(texts);
  expect(reader.waits).toBe(0);
  end();
  hub.close();
});
