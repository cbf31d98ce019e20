/** Which builds a range of dates needs, and the state of every partition, from what the lake has recorded. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { layersOf, type Layer } from '../../graph/datasets/layers';
import { changes } from '../../graph/catalog/provenance';
import {
  contractDate,
  dateOf,
  keyText,
  label,
  productDate,
  type Partition,
} from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { nextTradeDate, previousTradeDate, tradeDates, whyClosed } from '../../graph/market/calendar';
import { rangesOf, type PlanItem } from '../../graph/planning/items';
import { freshnessOf, layersToBuild, worstOf, type Freshness } from '../../graph/planning/planner';
import { partitionsOf, productSpan } from '../../graph/planning/scope';
import type { Product } from '../../graph/products/profile';
import { productsOf } from '../../graph/settings';
import { currentSettings } from '../stages/currentSettings';
import { sharedLake } from '../stages/sharedLake';
import { LastBuilds } from '../publishing/lastBuilds';
import type { StageSettings } from '../stages/stages';
import { missingDate, type MissingDate } from './missingData';
import type { PlanRequest } from './requests';
import { Upstreams } from './upstream';

export interface BackfillPlan {
  /** In the order of building. */
  items: PlanItem[];
  /** Contract-dates that are current. */
  upToDate: number;
  /** Contract-dates that are stale, which the request does not ask to redo. */
  stale: LeftStale[];
  /** Trade dates no raw file covers. */
  withoutData: string[];
  /** Why the range has no trade date at all, if it has none. */
  closed: string | null;
  /** The same dates, each with the contract that was looked for and why it was not found. */
  missing: MissingDate[];
}

/** A contract-date whose published layers other inputs, code or settings have overtaken, and which the plan leaves as it is. */
export interface LeftStale {
  scope: Partition;
  layers: Layer[];
  /** What has changed since. */
  because: string[];
}

/** Most changes listed for a stale item. */
const MAX_BECAUSE = 5;

/**
 * The product that is to be built.
 * @throws SpymasterError BadArgument for an unknown product, or a contract that is not of it
 */
export function productOfRequest(
  { symbol, contract, start }: Pick<PlanRequest, 'symbol' | 'contract' | 'start'>,
  { features }: StageSettings,
): Product {
  const products = productsOf(features);
  const product = products.productOf(symbol);
  if (contract === undefined || products.contractOf(contract, start).product === product) return product;
  throw new SpymasterError('BadArgument', `${contract} is not a contract of ${symbol}`, {
    field: 'contract',
  });
}

/**
 * Plans a range: chooses each date's contract, compares what is published with what would be built now, and lists what to do. What is
 * known before a session begins is planned for the date after the range as well, whose session comes next.
 *
 * A long range takes a while, and whatever else the thread has to do - heartbeats, other activities - gets its turn after every date.
 * @param signal ends the planning, with its reason
 * @throws SpymasterError BadArgument for an unknown product, or a contract that is not of it
 */
export async function planBackfill(
  request: PlanRequest,
  configured: StageSettings,
  graph: DatasetGraph = DATASET_GRAPH,
  signal?: AbortSignal,
): Promise<BackfillPlan> {
  const turn = async () => {
    signal?.throwIfAborted();
    await nextTurn();
  };
  const { contract, start, symbol } = request;
  const settings = await currentSettings(configured);
  const products = productsOf(settings.features);
  const product = productOfRequest(request, settings);
  const lake = await sharedLake(settings);
  const catalog = await lake.raw.catalog();
  const builds = await LastBuilds.read(lake);
  const upstreams = new Upstreams(graph, catalog, settings.features, builds);
  const planner = new RangePlanner(request, product, builds, upstreams, turn);

  const plan: BackfillPlan = {
    items: [],
    upToDate: 0,
    stale: [],
    withoutData: [],
    closed: null,
    missing: [],
  };
  const covered: Partition[] = [];
  const dates = tradeDates(start, request.end, product);
  if (dates.length === 0) plan.closed = noTradeDate(symbol, start, request.end, product);
  for (const tradeDate of dates) {
    await turn();
    const chosen =
      contract ??
      products.chooseContract(symbol, tradeDate, catalog.volumes(previousTradeDate(tradeDate, product)))
        .contract.symbol;
    const partition = contractDate(chosen, tradeDate);
    const isCaptured = upstreams.captured(partition) !== undefined;
    if (isCaptured && builds.of('bronze', partition)?.status === 'building')
      plan.missing.push({ tradeDate, contract: chosen, reason: underWay(partition) });
    else if (isCaptured || catalog.pieces(chosen, tradeDate).length > 0) covered.push(partition);
    else plan.missing.push(missingDate(catalog, chosen, tradeDate));
  }
  plan.withoutData.push(...plan.missing.map(({ tradeDate }) => tradeDate));
  for (const partition of covered) {
    await turn();
    const { item, stale } = planner.contractDate(partition);
    if (item) plan.items.push(item);
    else if (stale) plan.stale.push(stale);
    else plan.upToDate++;
  }
  if (request.order === 'newest') plan.items.reverse();
  const span =
    covered.length > 0
      ? await planner.productDates(dateOf(covered[0])!, dateOf(covered.at(-1)!)!)
      : undefined;
  if (span) plan.items.push(span);
  return { ...plan, items: await planner.withOrder(plan.items) };
}

const underWay = (partition: Partition): string =>
  `The session of ${label(partition)} is followed live, and no raw files cover its regular hours: it is built when it is over.`;

/** `2024-03-09 is no trade date of ES (weekend): those beside it are 2024-03-08 and 2024-03-11` */
function noTradeDate(symbol: string, start: string, end: string, product: Product): string {
  const beside = `those beside it are ${previousTradeDate(start, product)} and ${nextTradeDate(end, product)}`;
  return start === end
    ? `${start} is no trade date of ${symbol} (${whyClosed(start, product)}): ${beside}`
    : `${start} to ${end} has no trade date of ${symbol} (${whyClosed(start, product)}): ${beside}`;
}

/** Plans one partition after another, each as if the builds planned before it were published. */
class RangePlanner {
  /** What the plan builds, as `layer KEY`. */
  private readonly planned = new Set<string>();

  constructor(
    private readonly request: PlanRequest,
    private readonly product: Product,
    private readonly builds: LastBuilds,
    private readonly upstreams: Upstreams,
    /** Gives others their turn. */
    private readonly turn: () => Promise<void>,
  ) {}

  /** The build of a contract-date, or what of it is stale and left; neither if it is current. */
  contractDate(partition: Partition): { item?: PlanItem; stale?: LeftStale } {
    const { needed, reason, because, left } = this.judge(partition);
    if (needed.length > 0) return { item: { scope: partition, layers: needed, reason, because, after: [] } };
    if (left.length === 0) return {};
    const changed = left.flatMap((layer) => this.because(layer, partition, left));
    return {
      stale: { scope: partition, layers: left, because: [...new Set(changed)].slice(0, MAX_BECAUSE) },
    };
  }

  /** One build of the product-date layers, for every trade date from `first` to the one after `last`. */
  async productDates(first: string, last: string): Promise<PlanItem | undefined> {
    const judged: ReturnType<RangePlanner['judge']>[] = [];
    for (const date of tradeDates(first, nextTradeDate(last, this.product), this.product)) {
      await this.turn();
      const one = this.judge(productDate(this.request.symbol, date));
      if (one.needed.length > 0) judged.push(one);
    }
    if (judged.length === 0) return undefined;
    const dates = judged.map(({ partition }) => dateOf(partition)!);
    const reasons = judged.map(({ reason }) => reason);
    return {
      scope: productSpan(this.request.symbol, dates[0], dates.at(-1)!),
      layers: layersOf('product-date').filter((layer) => judged.some(({ needed }) => needed.includes(layer))),
      reason: reasons.includes('all') ? 'all' : worstOf(reasons as Freshness[]),
      because: [...new Set(judged.flatMap(({ because }) => because))].slice(0, MAX_BECAUSE),
      after: [],
    };
  }

  /** The items, each with the places of the items it reads from. */
  async withOrder(items: readonly PlanItem[]): Promise<PlanItem[]> {
    const places = new Map(
      items.flatMap((item, place) => this.built(item).map(({ name }) => [name, place] as const)),
    );
    const ordered: PlanItem[] = [];
    for (const [place, item] of items.entries()) {
      const read = new Set<number>();
      for (const { layer, partition } of this.built(item)) {
        await this.turn();
        for (const input of this.upstreams.inputs(layer, partition)) {
          const of = places.get(nameOf(input.layer, input.partition));
          if (of !== undefined && of !== place) read.add(of);
        }
      }
      ordered.push({ ...item, after: rangesOf([...read]) });
    }
    return ordered;
  }

  private built({ scope, layers }: PlanItem) {
    return partitionsOf(scope, this.product).flatMap((partition) =>
      layers.map((layer) => ({ layer, partition, name: nameOf(layer, partition) })),
    );
  }

  /** The layers of a partition to build, and why. They count as published for the partitions judged after it. */
  private judge(partition: Partition) {
    const { reprocess } = this.request;
    const layers = layersOf(partition.unit);
    const wanted = layers.filter((layer) => this.request.layers.includes(layer));
    const freshness: Partial<Record<Layer, Freshness>> = {};
    // A layer that is not rebuilt keeps its published digest, stale or not: the layers above read that.
    for (const layer of layers) {
      const digest = this.upstreams.digest(layer, partition);
      freshness[layer] = freshnessOf(this.builds.of(layer, partition), digest);
      if (wanted.includes(layer)) this.upstreams.expect(layer, partition, digest);
    }
    // What the plan's own builds make stale is built too, even where other stale layers are left.
    const overtaken = (layer: Layer) =>
      this.upstreams
        .inputs(layer, partition)
        .some((input) => this.planned.has(nameOf(input.layer, input.partition)));
    const asked = Object.fromEntries(
      layers.map((layer) => [
        layer,
        freshness[layer] === 'stale' && overtaken(layer) ? 'missing' : freshness[layer],
      ]),
    ) as Record<Layer, Freshness>;
    const needed = wanted.length === 0 ? [] : layersToBuild(layers, wanted, asked, reprocess);
    const changed = new Set(needed.flatMap((layer) => this.because(layer, partition, needed)));
    const because = [...changed].slice(0, MAX_BECAUSE);
    for (const layer of layers) {
      const last = this.builds.of(layer, partition);
      if (needed.includes(layer)) {
        this.planned.add(nameOf(layer, partition));
        this.upstreams.expect(layer, partition, this.upstreams.digest(layer, partition));
      } else this.upstreams.expect(layer, partition, last?.status === 'published' ? last.digest : undefined);
    }
    const reason = reprocess === 'all' ? reprocess : worstOf(needed.map((layer) => freshness[layer]!));
    const left = wanted.filter((layer) => freshness[layer] === 'stale' && !needed.includes(layer));
    return { partition, needed, reason, because, left };
  }

  /** What has changed since a layer was published, apart from layers that the same build renews. */
  private because(layer: Layer, partition: Partition, needed: readonly Layer[]): string[] {
    const last = this.builds.of(layer, partition);
    if (last?.status !== 'published') return [];
    const renewed = needed.map((below) => nameOf(below, partition));
    return changes(last.provenance, this.upstreams.provenance(layer, partition)).filter(
      (change) => !renewed.some((name) => change.startsWith(`${name} `)),
    );
  }
}

const nameOf = (layer: Layer, partition: Partition) => `${layer} ${keyText(partition)}`;
