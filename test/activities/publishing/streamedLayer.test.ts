/** Rows of a session that is followed: each part once, whoever writes it, until a build takes over. */
import { localFence } from '../../../activities/publishing/fence';
import { InputsRead } from '../../../activities/publishing/inputsRead';
import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { Publication } from '../../../activities/publishing/publication';
import { isTakenOver, newStream, StreamedLayer } from '../../../activities/publishing/streamedLayer';
import type { Dataset } from '../../../graph/catalog/dataset';
import { DatasetGraph } from '../../../graph/catalog/datasetGraph';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import type { TableContract } from '../../../graph/datasets/schema';
import { contractDate } from '../../../graph/datasets/units';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { TableBuilder } from '../../support/tables';

const TABLE: TableContract = {
  name: 'silver.a',
  description: 'A number.',
  version: 1,
  columns: [
    { name: 'n', type: 'int64', unit: 'count', meaning: 'Number of the part' },
    { name: 'contract', type: 'string', unit: '', meaning: 'Contract' },
    { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date' },
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'n'],
};
const DATASET: Dataset = {
  name: TABLE.name,
  layer: 'silver',
  unit: 'contract-date',
  description: TABLE.description,
  table: TABLE,
  upstream: [],
  settings: [],
  operator: { kind: 'driver', module: 'test' },
  codeVersion: 1,
};
const GRAPH = new DatasetGraph([DATASET]);
const PARTITION = contractDate('ESH4', '2024-03-05');
const run = { workflowId: 'live', runId: 'live-1' };

const open = (folder: string) => Lake.open(folder, [TABLE, opsPartitions, qualityChecks]);

/** A worker that follows the session, as a process of its own would. */
const follower = async (folder: string, stream: string) =>
  StreamedLayer.begin(await open(folder), GRAPH, 'silver', PARTITION, {
    stream,
    run,
    datasets: () => ['XSIM.MDP3'],
  });

const rows = (...numbers: number[]) => {
  const builder = new TableBuilder(TABLE);
  for (const n of numbers) builder.push({ n: BigInt(n) });
  return [builder.build()];
};

async function build(folder: string, n: number): Promise<void> {
  const lake = await open(folder);
  const attempt = { layer: 'silver', partition: PARTITION, fence: localFence(Date.now()), run } as const;
  const publication = await Publication.begin(
    lake,
    GRAPH,
    attempt,
    { code: {}, settings: { n }, inputs: {} },
    await InputsRead.begin(lake, () => []),
    new AbortController().signal,
  );
  await publication.table(TABLE, rows(n));
  await publication.end([]);
}

async function found(folder: string): Promise<number[]> {
  const all = await (await open(folder)).table(TABLE).readRows({ partition: { ...PARTITION.key } });
  return all.map(({ n }) => Number(n));
}

const statusIn = async (folder: string) =>
  (await LastBuilds.read(await open(folder))).of('silver', PARTITION)?.status;

test('a part that is written again, by the worker in its place, is there once', async () => {
  const folder = temporaryFolder();
  const stream = newStream();
  const first = await follower(folder, stream);
  await first.write(TABLE, rows(1), 1);
  await first.write(TABLE, rows(2), 2);
  expect(await statusIn(folder)).toBe('building');

  const second = await follower(folder, stream);
  await second.write(TABLE, rows(2), 2);
  await second.write(TABLE, rows(3), 3);
  expect(await found(folder)).toEqual([1, 2, 3]);
  const late = first.write(TABLE, rows(4), 4);
  await expect(late).rejects.toMatchObject({ code: 'Fenced' });
  expect(await late.catch(isTakenOver)).toBe(true);
  expect(await found(folder)).toEqual([1, 2, 3]);
});

test('a part that the worker before finishes meanwhile is there once, and the next one follows', async () => {
  const folder = temporaryFolder();
  const stream = newStream();
  const first = await follower(folder, stream);
  await first.check([]);
  const second = await follower(folder, stream);
  // Held up, it had begun to write the part when another took its place; it ends just before that one.
  const begun = rows(1);
  await second.write(
    TABLE,
    async (writer) => {
      await first.write(TABLE, begun, 1);
      await writer.write(begun[0]);
    },
    1,
  );
  await second.write(TABLE, rows(2), 2);
  expect(await found(folder)).toEqual([1, 2]);
});

test('another stream of the same session begins anew', async () => {
  const folder = temporaryFolder();
  await build(folder, 9);
  expect(await found(folder)).toEqual([9]);
  const once = await follower(folder, newStream());
  await once.write(TABLE, rows(1), 1);
  const again = await follower(folder, newStream());
  await again.write(TABLE, rows(5), 1);
  await again.write(TABLE, rows(6), 2);
  expect(await found(folder)).toEqual([5, 6]);
});

test('the build of the closed session takes over: what comes later is refused', async () => {
  const folder = temporaryFolder();
  const live = await follower(folder, newStream());
  await live.write(TABLE, rows(1), 1);
  await build(folder, 7);
  await expect(live.write(TABLE, rows(2), 2)).rejects.toMatchObject({ code: 'Fenced' });
  expect(await found(folder)).toEqual([7]);
  expect(await statusIn(folder)).toBe('published');
});
