/** A contract-date in the lake, as verification and reports look at it. */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { layersOf } from '../../graph/datasets/layers';
import { contractDate } from '../../graph/datasets/units';
import { bronzeMbo } from '../../graph/records/mboTable';
import { SpymasterError } from '../../graph/errors';
import { previousTradeDate, sessionOf } from '../../graph/market/calendar';
import type { SessionInputs } from '../../graph/session/inputs';
import type { OptionRows } from '../../graph/session/optionReplay';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import { previousDayOf } from '../stages/inputs';
import { readOptions } from '../stages/optionRows';
import { planBackfill } from '../planning/plan';
import { requirePublished } from '../publishing/lastBuilds';
import { parseBackfill } from '../planning/requests';
import { openingBookOf } from '../stages/session';
import type { StageSettings } from '../stages/stages';

/** Which contract-date, as a user names it. */
interface DateRequest {
  /** Product, e.g. `ES`. */
  symbol: string;
  /** Trade date (ET), `YYYY-MM-DD`. */
  date: string;
  /** Raw symbol; default: the one a build of that date would choose. */
  contract?: string;
}

/** Everything a session starts from, and the option records it is driven with. */
export interface SessionStart {
  inputs: SessionInputs;
  options: OptionRows;
  /** Records of bronze.mbo. */
  records: number;
}

/**
 * The contract of a date.
 * @throws SpymasterError BadArgument for an unknown product, a contract that is not of it, or a day that is no trade date
 */
export async function contractOn(lake: Lake, { symbol, date, contract }: DateRequest): Promise<string> {
  const product = lake.products.productOf(symbol);
  sessionOf(date, product);
  if (contract === undefined) {
    const catalog = await lake.raw.catalog();
    const volumes = catalog.volumes(previousTradeDate(date, product));
    return lake.products.chooseContract(symbol, date, volumes).contract.symbol;
  }
  if (lake.products.contractOf(contract, date).product === product) return contract;
  throw new SpymasterError('BadArgument', `${contract} is not a contract of ${symbol}`, {
    field: 'contract',
  });
}

export const partitionOf = ({ contract, tradeDate }: { contract: string; tradeDate: string }) => ({
  contract,
  trade_date: tradeDate,
});

/**
 * What the session graph of a contract-date starts from.
 * @throws SpymasterError NoInput if its Bronze is not published
 */
export async function sessionStart(
  lake: Lake,
  settings: FeatureSettings,
  contract: string,
  tradeDate: string,
  signal: AbortSignal,
): Promise<SessionStart> {
  await requirePublished(lake, 'bronze', contractDate(contract, tradeDate));
  const partition = partitionOf({ contract, tradeDate });
  const records = (await lake.table(bronzeMbo).snapshot()).partition(partition)?.rows ?? 0;
  return {
    inputs: {
      contract,
      tradeDate,
      settings,
      previousDay: await previousDayOf(lake, contract, tradeDate),
      openingBook: await openingBookOf(lake, partition, signal),
    },
    options: await readOptions(lake, partition, signal),
    records,
  };
}

/**
 * What was built by other code, settings or inputs than the present ones cannot be compared with what they compute.
 * @throws SpymasterError NoInput naming the layers that are missing or stale
 */
export async function requireCurrent(
  settings: StageSettings,
  symbol: string,
  contract: string,
  tradeDate: string,
  graph: DatasetGraph = DATASET_GRAPH,
): Promise<void> {
  const request = parseBackfill({
    symbol,
    contract,
    start: tradeDate,
    end: tradeDate,
    layers: layersOf('contract-date'),
    reprocess: 'stale',
  });
  const { items, missing } = await planBackfill(request, settings, graph);
  if (missing.length > 0) throw new SpymasterError('NoInput', missing[0].reason);
  // Layers of other dates may be stale; they are not checked here.
  for (const { layers, reason, because } of items)
    throw new SpymasterError(
      'NoInput',
      `${layers.join(', ')} of ${contract} ${tradeDate} is ${[reason, ...because].join('; ')}`,
      {
        expected: `a current build: ./spymaster build --symbol ${symbol} --contract ${contract} --date ${tradeDate}`,
      },
    );
}
