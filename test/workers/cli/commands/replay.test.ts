/** Files as if they came live: what is in them is in the hub. */
import { join } from 'node:path';
import { decodePacket } from '../../../../graph/feed/packet';
import { HUBS } from '../../../../infra/eventhubs/hubs';
import { Collector, startPeer, type TestPeer } from '../../../support/eventHubs';
import { temporaryFolder } from '../../../support/lake';
import { simulateLake } from '../../../support/simulatedLake';
import { spymaster } from '../../../support/spymaster';
import { until } from '../../../support/until';
import { readdirSync } from 'node:fs';

let hubs: TestPeer;
beforeAll(async () => {
  hubs = await startPeer({ hubs: [...HUBS] });
});
afterAll(async () => {
  await hubs.peer.stop();
  hubs.remove();
});

const environment = (lake: string) => ({
  SPYMASTER_LAKE: lake,
  EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString,
});

test('records of a file come in the order they have there, and the command ends with them', async () => {
  const folder = temporaryFolder();
  const [raw, lake] = [join(folder, 'raw'), join(folder, 'lake')];
  await simulateLake(raw, lake, { from: '2024-03-05', days: 1, events: 10_000, seed: 1, options: false });
  const file = readdirSync(raw).find((name) => name.includes('20240305.mbo'))!;
  const { code, stdout, stderr } = await spymaster(
    environment(lake),
    'replay',
    join(raw, file),
    '--speed',
    'max',
    '--json',
  );
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { records } = JSON.parse(stdout) as { records: number };
  expect(records).toBeGreaterThan(5000);
  const collectors = ['0', '1', '2', '3'].map(
    (partition) => new Collector(hubs.peer.connectionString, 'mbo_raw', partition),
  );
  const packets = () =>
    collectors.flatMap(({ events }) => events.map(({ body }) => decodePacket(body as Uint8Array)));
  await until(() => packets().reduce((sum, { count }) => sum + count, 0) >= records);
  expect(new Set(packets().map(({ contract }) => contract))).toEqual(new Set(['ESH4']));
  expect(packets().map(({ number }) => number)).toEqual(packets().map((_, i) => i));
  await Promise.all(collectors.map((collector) => collector.close()));
});

test('what is no date of the lake, or no file, is said', async () => {
  const lake = temporaryFolder();
  for (const source of ['2024-03-05', 'no-such-file.dbn']) {
    const { code, stderr } = await spymaster(environment(lake), 'replay', source);
    expect(stderr).toContain(source);
    expect(code).not.toBe(0);
  }
});
