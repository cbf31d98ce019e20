import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import { endProcess, isAlive } from '../../../infra/processes';
import {
  ensureHubs,
  readRunningHubs,
  stopRunningHubs,
  type PeerOrder,
} from '../../../infra/eventhubs/process';
import { temporaryFolder } from '../../support/lake';
import { listening } from '../../support/projectCopy';
import type { AddressInfo } from 'node:net';

const order = (folder: string, more: Partial<PeerOrder> = {}): PeerOrder => ({
  folder,
  hubs: [{ name: 'hub', partitions: 1, consumerGroups: [] }],
  host: '127.0.0.1',
  port: 0,
  exact: false,
  fsync: 'each-batch',
  retentionMs: 3_600_000,
  retentionBytes: 1 << 30,
  segmentBytes: 1 << 20,
  ...more,
});

test('is found by its record, keeps key and events when it is killed, and is joined, not started twice', async () => {
  const folder = temporaryFolder();
  const first = await ensureHubs(order(folder));
  expect(readRunningHubs(folder)).toMatchObject({
    address: first.address,
    pid: first.pid,
    owner: process.pid,
  });
  expect((await ensureHubs(order(folder))).pid).toBe(first.pid);
  const producer = new EventHubProducerClient(first.connectionString, 'hub');
  await producer.sendBatch([{ body: 'kept' }]);
  await producer.close();
  await endProcess(first.pid);
  expect(readRunningHubs(folder)).toBeUndefined();

  const second = await ensureHubs(order(folder));
  const keyOf = (text: string) => /SharedAccessKey=[^;]*/.exec(text)?.[0];
  expect(keyOf(second.connectionString)).toBe(keyOf(first.connectionString));
  expect((statSync(join(folder, 'key')).mode & 0o777).toString(8)).toBe('600');
  expect(second.connectionString).toContain(readFileSync(join(folder, 'key'), 'utf8'));
  const asking = new EventHubProducerClient(second.connectionString, 'hub');
  expect(await asking.getPartitionProperties('0')).toMatchObject({ lastEnqueuedSequenceNumber: 0 });
  await asking.close();
  await stopRunningHubs(second.pid, folder);
  expect([isAlive(second.pid), readRunningHubs(folder)]).toEqual([false, undefined]);
});

test('one that stands still while its owner is killed has ended when the next one has its logs', async () => {
  const folder = temporaryFolder();
  const first = await ensureHubs(order(folder));
  const owner = spawn(process.execPath, ['-e', '']);
  await once(owner, 'exit');
  const record = join(folder, 'server.json');
  const running = JSON.parse(readFileSync(record, 'utf8')) as object;
  writeFileSync(record, JSON.stringify({ ...running, owner: owner.pid }));
  process.kill(first.pid, 'SIGSTOP');
  const second = await ensureHubs(order(folder));
  const alive = [isAlive(first.pid), isAlive(second.pid)];
  await Promise.all([endProcess(first.pid), second.stop()]);
  expect(alive).toEqual([false, true]);
});

test('takes another port where its own is not free, unless it must be that', async () => {
  const taken = await listening(0);
  const { port } = taken.address() as AddressInfo;
  const moved = await ensureHubs(order(temporaryFolder(), { port }));
  expect(moved.address).not.toContain(`:${port}`);
  await moved.stop();
  await expect(ensureHubs(order(temporaryFolder(), { port, exact: true }))).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining(String(port)) as string,
  });
  taken.close();
});
