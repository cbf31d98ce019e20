/** What a live worker asks about a touch is what is found of it in Gold afterwards. */
import { join } from 'node:path';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { goldEpisodes } from '../../../graph/episodes/episodeTables';
import type { TableContract } from '../../../graph/datasets/schema';
import { measuringOf, touchesOf } from '../../../graph/precedents/pastEpisodes';
import { scoreRowOf, touchOf } from '../../../graph/scoring/touched';
import { parseRequest } from '../../../graph/scoring/request';
import { DEFAULT_SETTINGS, settingsFor } from '../../../graph/settings';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import type { EpisodeVector } from '../../../graph/vectors/vectorBuilder';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { openingBookOf } from '../../../activities/stages/session';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { buildDate, simulateLake } from '../../support/simulatedLake';

const [contract, tradeDate] = ['ESH4', '2024-03-05'];
const partition = { contract, trade_date: tradeDate };

test('by precedents and by the scorer', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'lake');
  await simulateLake(join(folder, 'raw'), path, {
    from: tradeDate,
    days: 1,
    events: 20_000,
    seed: 3,
    options: false,
  });
  await buildDate({ lake: path, features: DEFAULT_SETTINGS }, contract, tradeDate);
  const lake = await Lake.open(path, TABLES);
  const read = async (table: TableContract) => {
    const batches = [];
    for await (const batch of lake.table(table).readPartition(partition)) batches.push(batch);
    return batches;
  };
  const [episodes, vectors] = [await read(goldEpisodes), await read(goldVectors)];
  const { product } = lake.products.contractOf(contract, tradeDate);
  const measured = measuringOf(settingsFor(DEFAULT_SETTINGS, product), product);
  const expected = touchesOf({ contract, tradeDate, episodes, vectors }, measured);

  const openingBook = await openingBookOf(lake, partition, new AbortController().signal);
  const session = new SessionGraph(
    { contract, tradeDate, settings: DEFAULT_SETTINGS, openingBook },
    DATASET_GRAPH.computations,
  );
  const found: EpisodeVector[] = [];
  await lake.table(bronzeMbo).readMbo(partition, (batch) => {
    session.push({ kind: 'records', batch, from: 0, to: batch.length });
    for (const event of session.take()) if (event.kind === 'vector') found.push(event.vector);
  });
  expect(found.length).toBeGreaterThan(3);
  const ids = found.map(({ episode }) => episode.id);
  const among = expected.filter(({ touch }) => ids.includes(touch.id));
  expect(found.map((vector) => touchOf(vector, session.frame).id)).toEqual(
    among.map(({ touch }) => touch.id),
  );
  for (const [i, vector] of found.entries()) {
    const { touch, distance } = among[i];
    expect(touchOf(vector, session.frame)).toEqual(touch);
    const row = scoreRowOf(vector, session.frame);
    expect(row).toMatchObject({ episodeId: touch.id, touchDistance: distance, product: 'ES' });
    expect(parseRequest(row)).toEqual({ rows: [row], batch: false });
  }
});
