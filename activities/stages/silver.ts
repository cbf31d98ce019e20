/** Silver of a contract-date: book, bars, levels and option figures from its Bronze records. */
import { bronzeMbo, bronzeOpeningBooks } from '../../graph/records/bronzeTables';
import { silverBars } from '../../graph/bars/barsTable';
import { silverLevels } from '../../graph/levels/levelsTable';
import { silverOptionExposure, silverOptionFlow } from '../../graph/options/optionTables';
import { silverVacuum } from '../../graph/bars/vacuumTable';
import { blocking, silverChecks } from '../../graph/quality/checks';
import { OptionReplay, pushMerged } from '../../graph/session/optionReplay';
import { SilverGraph } from '../../graph/session/silverGraph';
import { silverDigest } from '../publishing/digests';
import { previousDayOf } from './inputs';
import { readOptions } from './optionRows';
import { Publication, publishedDigest } from '../publishing/publish';
import type { StageContext, StageRequest, StageResult } from './stage';
import type { StageDependencies } from './stages';

export async function buildSilver(
  request: StageRequest,
  { progress, signal }: StageContext,
  { lake, settings }: StageDependencies,
): Promise<StageResult> {
  const { contract, tradeDate } = request;
  const partition = { contract, trade_date: tradeDate };
  const bronze = await publishedDigest(lake, { ...request, layer: 'bronze' });
  const previousDay = await previousDayOf(lake, contract, tradeDate);
  const digest = silverDigest(bronze, previousDay, settings);
  const publication = new Publication(lake, request, digest, [`bronze@${bronze}`], signal);
  const current = await publication.current();
  if (current) return current;

  const [opening] = await lake.table(bronzeOpeningBooks).readRows({ partition, signal });
  const graph = new SilverGraph({
    contract,
    tradeDate,
    settings,
    previousDay,
    openingBook: opening?.state as Uint8Array | undefined,
  });
  const options = new OptionReplay(await readOptions(lake, partition, signal), graph.frame);
  const mbo = lake.table(bronzeMbo);
  const total = (await mbo.snapshot()).partition(partition)?.rows ?? 0;
  let done = 0;
  await mbo.readMbo(
    partition,
    (batch) => {
      pushMerged(graph, batch, options);
      done += batch.length;
      progress({ phase: 'rebuilding the book', done, total });
    },
    { signal },
  );
  graph.finish();

  const checks = silverChecks(graph.facts());
  if (blocking(checks).length > 0) return publication.end(checks);
  progress({ phase: 'writing', done, total });
  await publication.table(silverBars, [graph.takeBars()]);
  await publication.table(silverLevels, [graph.takeLevels()]);
  await publication.table(silverVacuum, [graph.takeVacuum()]);
  await publication.table(silverOptionFlow, [graph.takeOptionFlow()]);
  await publication.table(silverOptionExposure, [graph.takeOptionExposure()]);
  return publication.end(checks);
}
