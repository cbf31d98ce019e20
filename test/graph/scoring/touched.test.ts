/** What a live worker asks about a touch is what is found of it in Gold afterwards. */
import { join } from 'node:path';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { goldEpisodes } from '../../../graph/episodes/episodeTables';
import type { TableContract } from '../../../graph/datasets/schema';
import { measuringOf, touchesOf } from '../../../graph/precedents/pastEpisodes';
import { featuresMessage, featuresMessageOf, touchOfMessage } from '../../../graph/scoring/featuresMessage';
import { scoreRowOf, touchOf } from '../../../graph/scoring/touched';
import { parseRequest, type ScoreRow } from '../../../graph/scoring/request';
import { DEFAULT_SETTINGS, settingsFor } from '../../../graph/settings';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import type { VectorEvent } from '../../../graph/vectors/vectorBuilder';
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
  const found: VectorEvent[] = [];
  const approaches: VectorEvent[] = [];
  await lake.table(bronzeMbo).readMbo(partition, (batch) => {
    session.push({ kind: 'records', batch, from: 0, to: batch.length });
    for (const event of session.take())
      if (event.kind === 'vector') found.push(event);
      else if (event.kind === 'approach_vector') approaches.push(event);
  });
  expect(found.length).toBeGreaterThan(3);
  const { settings } = session.frame;
  /** What a reader of the hub asks about the same event. */
  const askedOf = (event: VectorEvent) => {
    const message: unknown = JSON.parse(JSON.stringify(featuresMessageOf(event, session.frame, 1n)));
    return touchOfMessage(featuresMessage.parse(message), measured, settings.episodes);
  };
  const ids = found.map(({ vector }) => vector.episode.id);
  const among = expected.filter(({ touch }) => ids.includes(touch.id));
  expect(found.map((event) => touchOf(event, session.frame).id)).toEqual(among.map(({ touch }) => touch.id));
  for (const [i, event] of found.entries()) {
    const { touch, distance } = among[i];
    expect(touchOf(event, session.frame)).toEqual(touch);
    expect(askedOf(event)).toEqual(touch);
    const row = scoreRowOf(event, session.frame);
    expect(row).toMatchObject({ episodeId: touch.id, touchDistance: distance, product: 'ES' });
    // JSON writes NaN as null.
    const asJson = { ...row, vector: Array.from(row.vector), sequence: Array.from(row.sequence!) };
    const sent = JSON.parse(JSON.stringify(asJson)) as ScoreRow;
    expect(parseRequest(sent)).toEqual({ rows: [sent], batch: false });
  }

  // An approach is asked about as a touch of the near edge of the touch band.
  const { touchTicks } = settings.episodes;
  expect(approaches.length).toBeGreaterThan(3);
  for (const event of approaches) {
    const { episode, raw } = event.vector;
    const asked = touchOf(event, session.frame);
    expect(askedOf(event)).toEqual(asked);
    expect(asked.raw).toEqual(Float32Array.from(raw));
    const row = scoreRowOf(event, session.frame);
    expect(row).toMatchObject({ episodeId: episode.id, touchDistance: -touchTicks });
    const edge = episode.levelPrice + (episode.direction === 'UP' ? -touchTicks : touchTicks);
    const touch: VectorEvent = {
      kind: 'vector',
      vector: { ...event.vector, episode: { ...episode, touchPrice: edge } },
    };
    // Of an average, the difference of fractions is not exact.
    if (!Number.isInteger(episode.levelPrice)) continue;
    expect(asked).toEqual(touchOf(touch, session.frame));
    expect(row).toEqual(scoreRowOf(touch, session.frame));
  }
});
