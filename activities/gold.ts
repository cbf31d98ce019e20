/** Gold of a contract-date: episodes and outcomes from its Bronze trades. */
import { bronzeMbo } from '../graph/datasets/tables/bronze';
import { goldEpisodes, goldOutcomes } from '../graph/datasets/tables/episodes';
import { GoldGraph } from '../graph/session/goldGraph';
import { goldDigest } from './digests';
import { previousDayOf } from './inputs';
import { Publication, publishedDigest } from './publish';
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
  const graph = new GoldGraph({ contract, tradeDate, settings, previousDay });
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
  return publication.end([]);
}
