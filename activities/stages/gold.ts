/** Gold of a contract-date: episodes, what they looked like and what became of them, from Bronze trades and Silver. */
import { bronzeMbo } from '../../graph/records/bronzeTables';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import { goldNormalisation, normalisationRows } from '../../graph/vectors/normalisationTable';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import { TABLES } from '../../graph/datasets/declaration';
import { GoldGraph } from '../../graph/session/goldGraph';
import { SILVER_COLUMNS } from '../../graph/vectors/silverMemory';
import { goldDigest } from '../publishing/digests';
import { previousDayOf } from './inputs';
import { earlierNormalisation } from './normalisation';
import { Publication, publishedDigest } from '../publishing/publish';
import type { StageContext, StageRequest, StageResult } from './stage';
import type { StageDependencies } from './stages';

export async function buildGold(
  request: StageRequest,
  { progress, signal }: StageContext,
  { lake, settings }: StageDependencies,
): Promise<StageResult> {
  const { contract, tradeDate } = request;
  const partition = { contract, trade_date: tradeDate };
  const bronze = await publishedDigest(lake, { ...request, layer: 'bronze' });
  const silver = await publishedDigest(lake, { ...request, layer: 'silver' });
  const inputs = [`bronze@${bronze}`, `silver@${silver}`];
  const publication = new Publication(lake, request, goldDigest(silver, settings), inputs, signal);
  const current = await publication.current();
  if (current) return current;

  const previousDay = await previousDayOf(lake, contract, tradeDate);
  const normalisation = await earlierNormalisation(lake, contract, tradeDate, signal);
  const graph = new GoldGraph({ contract, tradeDate, settings, previousDay });
  progress({ phase: 'reading Silver', done: 0, total: 0 });
  for (const [name, columns] of Object.entries(SILVER_COLUMNS)) {
    const table = lake.table(TABLES.find((known) => known.name === name)!);
    for await (const batch of table.readPartition(partition, { columns, signal })) graph.onSilver([batch]);
  }
  const mbo = lake.table(bronzeMbo);
  const total = (await mbo.snapshot()).partition(partition)?.rows ?? 0;
  let done = 0;
  await mbo.readMbo(
    partition,
    (batch) => {
      graph.push(batch);
      done += batch.length;
      progress({ phase: 'following the levels', done, total });
    },
    { signal, columns: ['ts_event', 'ts_recv', 'price', 'action', 'flags'] },
  );
  graph.finish();

  progress({ phase: 'writing', done, total });
  await publication.table(goldEpisodes, [graph.takeEpisodes()]);
  await publication.table(goldOutcomes, [graph.takeOutcomes()]);
  await publication.table(goldVectors, [graph.takeVectors()]);
  await publication.table(goldNormalisation, [normalisationRows(normalisation)], {
    product: graph.frame.product.root,
    trade_date: tradeDate,
  });
  return publication.end([]);
}
