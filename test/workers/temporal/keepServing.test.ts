/** A worker whose server goes away. */
import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import { unservedQueues } from '../../../workers/temporal/client';
import { keepServing } from '../../../workers/temporal/keepServing';
import { startWorkers } from '../../../workers/temporal/runWorkers';
import { temporaryFolder } from '../../support/lake';
import { listening, projectCopy, somePort, type ProjectCopy, type Talking } from '../../support/projectCopy';
import { metricsUrl, scrape } from '../../support/prometheus';
import { until } from '../../support/until';

jest.mock('../../../workers/temporal/runWorkers', () => ({ startWorkers: jest.fn() }));

describe('a worker process', () => {
  let copy: ProjectCopy;
  const commands: Talking[] = [];
  afterEach(async () => {
    for (const command of commands.splice(0)) {
      command.process.kill('SIGKILL');
      await command.finished;
    }
  });
  const start = async (heard: string, ...args: string[]): Promise<Talking> => {
    const command = copy.start({ SPYMASTER_LAKE: temporaryFolder() }, ...args);
    commands.push(command);
    await command.hears(heard);
    return command;
  };

  test('finds the server again at another port', async () => {
    const port = await somePort();
    copy = await projectCopy(`127.0.0.1:${port}`);
    const first = await start('Ctrl-C stops it', 'server');
    const worker = await start('Ctrl-C stops it', 'worker', '--log', 'ERROR', '--metrics-port', '0');
    expect(worker.said()).toContain(`of 127.0.0.1:${port}`);
    const told = await scrape(metricsUrl(worker.said())!);
    expect([...told.keys()].filter((name) => name.startsWith('temporal_'))).not.toEqual([]);
    expect(told.get('process_start_time_seconds')).toBeGreaterThan(0);
    first.process.kill('SIGTERM');
    await first.finished;
    const other = await listening(port);
    const second = await start('Ctrl-C stops it', 'server');
    const moved = /Temporal {2}(\S+)/.exec(second.said())![1];
    expect(moved).not.toBe(`127.0.0.1:${port}`);
    await worker.hears(`of ${moved}`);
    const [, id] = /lake (\S+) \(/.exec(worker.said())!;
    const connection = await Connection.connect({ address: moved });
    const client = new Client({ connection, namespace: 'spymaster' });
    await until(async () => (await unservedQueues(client, id)).length === 0);
    await connection.close();
    worker.process.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
    other.close();
    await once(other, 'close');
  });
});

test('a worker ends when its server has been away for too long', async () => {
  const stop = jest.fn(() => Promise.resolve());
  const running = {
    address: '127.0.0.1:7233',
    lake: { id: 'lake-3f9a2c', folder: '/lake' },
    reached: () => Promise.resolve(false),
    ended: new Promise<void>(() => {}),
    stop,
  };
  jest.mocked(startWorkers).mockResolvedValue(running);
  const temporal = { env: { address: '127.0.0.1:7233' }, file: 'temporal.yaml' };
  const serving = keepServing({ temporal } as never, {
    signal: new AbortController().signal,
    onServing: () => {},
    patienceMs: 1,
  });
  await expect(serving).rejects.toMatchObject({ code: 'StoreUnavailable' });
  expect(stop).toHaveBeenCalled();
});

test('a server that goes away and comes back is mentioned once each', async () => {
  const answers = [true, false, false, false, true, true, false];
  const running = {
    address: '127.0.0.1:7233',
    lake: { id: 'lake-3f9a2c', folder: '/lake' },
    reached: () => Promise.resolve(answers.shift() ?? false),
    ended: new Promise<void>(() => {}),
    stop: () => Promise.resolve(),
  };
  jest.mocked(startWorkers).mockResolvedValue(running);
  const temporal = { env: { address: '127.0.0.1:7233' }, file: 'temporal.yaml' };
  const told: string[] = [];
  const over = new AbortController();
  const serving = keepServing({ temporal } as never, {
    signal: over.signal,
    onServing: () => {},
    onAway: () => told.push('away'),
    onBack: () => told.push('back'),
    lookEveryMs: 1,
  });
  await until(() => told.length === 3);
  over.abort();
  await serving;
  expect(told).toEqual(['away', 'back', 'away']);
});
