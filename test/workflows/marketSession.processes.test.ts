/** A market session with real workers, one of which is killed while it follows: another goes on, and what was streamed is what is built. */
import { join } from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import type { WorkflowHandle } from '@temporalio/client';
import type { SessionPosition } from '../../activities/session/followed';
import { TABLES } from '../../graph/catalog/declaration';
import { encodePacket } from '../../graph/feed/packet';
import { HUBS } from '../../infra/eventhubs/hubs';
import { lakeId } from '../../lake/identity';
import { Lake } from '../../lake/lake';
import { sessionId } from '../../workflows/ids';
import type { marketSession } from '../../workflows/marketSession';
import { drainSignal, sessionProgressQuery } from '../../workflows/messages';
import { controlQueue } from '../../workflows/queues';
import { Command } from '../support/assembled';
import { startPeer } from '../support/eventHubs';
import { packetsOf } from '../support/followed';
import { temporaryFolder } from '../support/lake';
import { simulateLake } from '../support/simulatedLake';
import { Stack } from '../support/temporal/stack';
import { until } from '../support/until';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';

interface Followed {
  readonly session: WorkflowHandle<typeof marketSession>;
  /** Of the hub, at first the first half. */
  readonly packets: number;
  readonly half: number;
  sendRest(): Promise<void>;
  /** Starts a worker of a role. */
  worker(role: string): Promise<Command>;
  /** The one that follows. */
  readonly first: Command;
  positionNow(): Promise<SessionPosition | null>;
}

/** A session that a worker follows, as far as half of it is in the hub. */
async function following(test: (of: Followed) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const [raw, followed] = [join(folder, 'raw'), join(folder, 'lake')];
  await simulateLake(raw, followed, { from: TRADE_DATE, days: 1, events: 10_000, seed: 5, options: false });
  const packets = await packetsOf(raw, CONTRACT, 200);
  const half = Math.floor(packets.length / 2);
  const hubs = await startPeer({ hubs: [...HUBS] });
  const producer = new EventHubProducerClient(hubs.peer.connectionString, 'mbo_raw');
  const send = async (some: typeof packets) => {
    for (const packet of some)
      await producer.sendBatch([{ body: Buffer.from(encodePacket(packet)) }], { partitionKey: CONTRACT });
  };
  const stack = await Stack.start();
  const workers: Command[] = [];
  const worker = async (role: string) => {
    const environment = { EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString };
    const started = new Command({ ...stack.environment(followed), ...environment }, 'worker', '--role', role);
    workers.push(started);
    await started.said(`Worker ${role} of`);
    return started;
  };
  try {
    await send(packets.slice(0, half));
    const id = await lakeId((await Lake.open(followed, TABLES)).store);
    await worker('control');
    const first = await worker('live');
    const session = await stack.client.workflow.start<typeof marketSession>('marketSession', {
      taskQueue: controlQueue(id),
      workflowId: sessionId(id, 'ES', TRADE_DATE),
      args: [{ symbol: 'ES', contract: CONTRACT, tradeDate: TRADE_DATE, every: 1 }],
    });
    const positionNow = async () => (await session.query(sessionProgressQuery)).position;
    await until(async () => (await positionNow())?.phase === 'following');
    const sendRest = () => send(packets.slice(half));
    await test({ session, packets: packets.length, half, sendRest, worker, first, positionNow });
  } finally {
    await Promise.all(workers.map((one) => one.kill()));
    await stack.stop();
    await producer.close();
    await hubs.peer.stop();
    hubs.remove();
  }
}

test('a worker that is killed while it follows is replaced, and the session ends with every row compared', () =>
  following(async ({ session, packets, half, sendRest, worker, first, positionNow }) => {
    const before = (await positionNow())!;
    expect(before).toMatchObject({ position: half - 1, attempt: 1 });

    await first.kill();
    await worker('all');
    await sendRest();
    await until(async () => {
      const position = await positionNow();
      return position?.phase === 'following' && position.attempt > 1;
    });
    expect((await positionNow())!.worker).not.toBe(before.worker);
    await session.signal(drainSignal);
    const result = await session.result();
    expect(result).toMatchObject({
      outcome: 'agrees',
      contract: CONTRACT,
      position: { position: packets - 1 },
    });
    const compared = new Map(result.comparisons!.map(({ dataset, rows }) => [dataset, rows]));
    expect(compared.get('silver.bars')).toBeGreaterThan(1000);
    expect(result.comparisons!.every(({ differences }) => differences === 0)).toBe(true);
  }));

test('one that stands still is given the session once more at most before another has it', () =>
  following(async ({ worker, first, positionNow }) => {
    const before = (await positionNow())!;
    first.signal('SIGSTOP');
    await worker('live');
    await until(async () => (await positionNow())?.worker !== before.worker);
    expect((await positionNow())!.attempt).toBeLessThanOrEqual(3);
  }));
