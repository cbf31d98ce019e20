/** Which contract-dates a range needs, and how every partition stands: read from the lake, judged by the planner. */
import { LAYERS, type Layer } from '../../graph/datasets/layers';
import type { PlanItem } from '../../graph/planning/marks';
import {
  freshnessOf,
  layersToBuild,
  type Freshness,
  type PartitionState,
} from '../../graph/planning/planner';
import type { Row } from '../../graph/datasets/schema';
import { opsPartitions } from '../../graph/datasets/opsTables';
import { SpymasterError } from '../../graph/errors';
import { tradeDates, previousTradeDate } from '../../graph/market/calendar';
import { productsOf, settingsFor, type FeatureSettings } from '../../graph/settings';
import { Lake } from '../../lake/lake';
import type { RawCatalog } from '../../lake/raw/registry';
import type { Products } from '../../graph/products/catalog';
import { bronzeDigest, goldDigest, silverDigest } from '../publishing/digests';
import { inputDigests, previousDay } from '../stages/inputs';
import { Publication, standing, type Standing } from '../publishing/publish';
import type { PlanRequest } from './requests';
import type { StageRequest } from '../stages/stage';
import type { StageSettings } from '../stages/stages';

export interface BackfillPlan {
  /** In the order they shall be built. */
  items: PlanItem[];
  /** Contract-dates with nothing to do. */
  upToDate: number;
  /** Trade dates no raw file covers. */
  withoutData: string[];
}

/** How one layer of one contract-date stands in the lake. */
export interface PartitionRow {
  contract: string;
  tradeDate: string;
  layer: Layer;
  status: PartitionState['status'];
  /** When that status was recorded, ISO UTC. */
  at: string;
  reason?: string;
}

/** Worst first: what a contract-date is planned for. */
const WORST: readonly Freshness[] = ['missing', 'failed', 'stale', 'current'];

/**
 * Plans a range: chooses each date's contract, compares what stands with what would be built now, and lists what to do.
 * @throws SpymasterError BadArgument for an unknown product, or a contract that is not of it
 */
export async function planBackfill(request: PlanRequest, settings: StageSettings): Promise<BackfillPlan> {
  const { symbol, contract, start, end, layers, reprocess, order } = request;
  const products = productsOf(settings.features);
  const product = products.productOf(symbol);
  if (contract && products.contractOf(contract, start).product !== product)
    throw new SpymasterError('BadArgument', `${contract} is not a contract of ${symbol}`, {
      field: 'contract',
    });
  const lake = await Lake.open(settings.lake, products);
  const catalog = await lake.raw.catalog();
  const standings = await allStandings(lake);
  const features = settingsFor(settings.features, product);

  const plan: BackfillPlan = { items: [], upToDate: 0, withoutData: [] };
  for (const tradeDate of tradeDates(start, end, product)) {
    const chosen =
      contract ??
      products.chooseContract(symbol, tradeDate, catalog.volumes(previousTradeDate(tradeDate, product)))
        .contract.symbol;
    if (catalog.pieces(chosen, tradeDate).length === 0) {
      plan.withoutData.push(tradeDate);
      continue;
    }
    const stands = (layer: Layer) => standings.get(keyOf(layer, chosen, tradeDate));
    const freshness = freshnessNow(catalog, products, chosen, tradeDate, layers, stands, features);
    const needed = layersToBuild(layers, freshness, reprocess);
    if (needed.length === 0) plan.upToDate++;
    else {
      const worst = WORST.find((state) => needed.some((layer) => freshness[layer] === state))!;
      const reason = reprocess === 'all' ? 'all' : worst;
      plan.items.push({ contract: chosen, tradeDate, layers: needed, reason });
    }
  }
  if (order === 'newest') plan.items.reverse();
  return plan;
}

/** How each layer stands against what would be built now. */
function freshnessNow(
  catalog: RawCatalog,
  products: Products,
  contract: string,
  tradeDate: string,
  wanted: readonly Layer[],
  stands: (layer: Layer) => Standing | undefined,
  settings: FeatureSettings,
): Record<Layer, Freshness> {
  // A layer that will not be rebuilt is what the ones above it would be built from, stale or not.
  const base = (layer: Layer, now: string) => (wanted.includes(layer) ? now : (stands(layer)?.digest ?? now));
  const bronze = bronzeDigest(contract, tradeDate, inputDigests(catalog, contract, tradeDate));
  const range = previousDay(catalog, products, contract, tradeDate);
  const silver = silverDigest(base('bronze', bronze), range, settings);
  const gold = goldDigest(base('silver', silver), settings);
  return {
    bronze: freshnessOf(stands('bronze'), bronze),
    silver: freshnessOf(stands('silver'), silver),
    gold: freshnessOf(stands('gold'), gold),
  };
}

/** Every partition the lake knows of, by contract and date. */
export async function partitionGrid({
  lake: location,
}: Pick<StageSettings, 'lake'>): Promise<PartitionRow[]> {
  const lake = await Lake.open(location);
  const rows = (await lake.table(opsPartitions).readRows()).map((row): PartitionRow => {
    const { status, finishedAt, reason } = standing(row);
    const at = new Date(Number(finishedAt / 1_000_000n)).toISOString();
    return { ...partitionOf(row), status, at, ...(reason !== null && { reason }) };
  });
  const place = (row: PartitionRow) => `${row.tradeDate} ${row.contract} ${LAYERS.indexOf(row.layer)}`;
  return rows.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** Records that a layer failed for good, so that `reprocess: failed` finds it. */
export async function recordFailure(
  request: StageRequest,
  failure: { type: string; message: string },
  settings: StageSettings,
): Promise<void> {
  const lake = await Lake.open(settings.lake);
  const publication = new Publication(lake, request, '', [], new AbortController().signal);
  await publication.record('failed', 0, `${failure.type}: ${failure.message}`);
}

const keyOf = (layer: Layer, contract: string, tradeDate: string) => `${layer} ${contract} ${tradeDate}`;

const partitionOf = (row: Row) => ({
  layer: row.layer as Layer,
  contract: row.contract as string,
  tradeDate: row.trade_date as string,
});

async function allStandings(lake: Lake): Promise<Map<string, Standing>> {
  const rows = await lake.table(opsPartitions).readRows();
  return new Map(
    rows.map((row) => {
      const { layer, contract, tradeDate } = partitionOf(row);
      return [keyOf(layer, contract, tradeDate), standing(row)];
    }),
  );
}
