/**
 * What a build would read: the partitions its layer is declared to depend on, and their digests. A plan sees the digests that its own
 * builds will publish, a stage those that are published.
 */
import type { Upstream } from '../../graph/catalog/dataset';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { LAYERS, UNIT_OF, type Layer } from '../../graph/datasets/layers';
import { canonical, type Provenance } from '../../graph/catalog/provenance';
import { contractDate, dateOf, keyText, productDate, type Partition } from '../../graph/datasets/units';
import { previousTradeDate } from '../../graph/market/calendar';
import type { Products } from '../../graph/products/catalog';
import type { Product } from '../../graph/products/profile';
import { productsOf, settingsFor, type FeatureSettings } from '../../graph/settings';
import type { DataKind } from '../../graph/sim/dataset';
import type { RawCatalog } from '../../lake/raw/registry';
import { previousDay, rawFilesOf, symbolsTold } from '../stages/inputs';
import { CapturedDates } from './capturedDates';
import { DataKinds } from './dataKinds';
import { CAPTURED, type CapturedStream } from '../publishing/captured';
import { measurementOf, type LastBuilds } from '../publishing/lastBuilds';
import { PublishedPartitions } from './publishedPartitions';
import { rootOf } from '../publishing/roots';
import { digestOf } from '../publishing/provenance';

/** A partition of a layer that is read. */
interface LayerInput {
  readonly layer: Layer;
  readonly partition: Partition;
}

export class Upstreams {
  private readonly products: Products;
  private readonly captures: CapturedDates;
  private readonly data: DataKinds;
  private readonly made = new Map<string, string>();
  /** What is or will be published, by `layer product`. */
  private readonly published = new Map<string, PublishedPartitions>();

  constructor(
    private readonly graph: DatasetGraph,
    private readonly catalog: RawCatalog,
    private readonly settings: FeatureSettings,
    private readonly builds: LastBuilds,
  ) {
    this.products = productsOf(settings);
    this.captures = new CapturedDates(catalog, builds);
    this.data = new DataKinds(catalog, this.captures);
    for (const { layer, partition, status, digest } of builds.all())
      if (status === 'published') this.expect(layer, partition, digest);
  }

  /** From now on a layer of a partition counts as published under this digest; under undefined, as not published. */
  expect(layer: Layer, partition: Partition, digest: string | undefined): void {
    this.knownOf(layer, partition).set(partition, digest);
  }

  /** What a build of a layer would be made of. */
  provenance(layer: Layer, partition: Partition): Provenance {
    const product = this.products.productOf(rootOf(partition, this.products));
    const settings = settingsFor(this.settings, product);
    const inputs: Record<string, string> = {};
    let data: DataKind = 'real';
    for (const upstream of this.graph.inputsOf(layer))
      if (this.graph.dataset(upstream.dataset).layer === 'raw') {
        this.rawInputs(upstream, partition, product, inputs);
        if (upstream.partitions === 'overlapping') data = this.data.of(partition) ?? 'real';
      } else
        for (const { layer: from, partition: of } of this.partitionsOf(upstream, partition))
          inputs[`${from} ${keyText(of)}`] = this.knownOf(from, of).digest(of) ?? 'not published';
    return {
      code: Object.fromEntries(
        this.graph.datasetsOf(layer).map(({ name, codeVersion }) => [name, String(codeVersion)]),
      ),
      settings: {
        product,
        ...(data !== 'real' && { data }),
        ...Object.fromEntries(this.graph.settingsOf(layer).map((part) => [part, settings[part]])),
      },
      inputs,
    };
  }

  digest(layer: Layer, partition: Partition): string {
    return digestOf(partition, this.provenance(layer, partition));
  }

  /** Partitions of built layers that a build would read. */
  inputs(layer: Layer, partition: Partition): LayerInput[] {
    return this.graph
      .inputsOf(layer)
      .filter(({ dataset }) => this.graph.dataset(dataset).layer !== 'raw')
      .flatMap((upstream) => this.partitionsOf(upstream, partition));
  }

  /** The partitions of one upstream dataset that a partition is computed from, in order of date and key. */
  partitionsOf({ dataset, partitions }: Upstream, partition: Partition): LayerInput[] {
    const layer = LAYERS.find((known) => known === this.graph.dataset(dataset).layer);
    if (!layer) return [];
    const date = dateOf(partition)!;
    const product = this.products.productOf(rootOf(partition, this.products));
    const sameUnit = UNIT_OF[layer] === partition.unit;
    if (partitions === 'same' && sameUnit) return [{ layer, partition }];
    if (partitions === 'previous' && sameUnit) {
      const key = { ...partition.key, trade_date: previousTradeDate(date, product) };
      return [{ layer, partition: { unit: partition.unit, key } }];
    }
    if (partitions === 'same' && UNIT_OF[layer] === 'product-date')
      return [{ layer, partition: productDate(rootOf(partition, this.products), date) }];
    const known = this.knownOf(layer, partition);
    if (typeof partitions === 'object') {
      const alike = this.data.like(product.root, date, known.before(date, 1).at(-1));
      return known.before(date, partitions.earlier, alike).map((of) => ({ layer, partition: of }));
    }
    const wanted = partitions === 'previous' ? previousTradeDate(date, product) : date;
    return known.on(wanted).map((of) => ({ layer, partition: of }));
  }

  /** What a contract-date is built from that a live worker has captured; undefined where that is raw files, or nothing. */
  captured(partition: Partition): CapturedStream | undefined {
    return this.captures.of(partition);
  }

  /** Names the code and settings that a published partition was built by, as `measurementOf` does. */
  madeOf(partition: Partition): string {
    const name = keyText(partition);
    const known = this.made.get(name) ?? canonical(measurementOf(this.builds, partition));
    this.made.set(name, known);
    return known;
  }

  private knownOf(layer: Layer, partition: Partition): PublishedPartitions {
    const place = `${layer} ${rootOf(partition, this.products)}`;
    const known = this.published.get(place) ?? new PublishedPartitions();
    this.published.set(place, known);
    return known;
  }

  private rawInputs(
    { dataset, partitions }: Upstream,
    { key }: Partition,
    product: Product,
    inputs: Record<string, string>,
  ): void {
    const { contract, trade_date: tradeDate } = key;
    if (partitions === 'overlapping') {
      const captured = this.captured(contractDate(contract, tradeDate));
      if (captured) {
        inputs[CAPTURED] = captured.stream;
        return;
      }
      for (const { name, digest } of rawFilesOf(this.catalog, contract, tradeDate))
        inputs[`${dataset} ${name} ${digest.slice(0, 8)}`] = digest;
      const told = symbolsTold(this.catalog, contract, tradeDate);
      if (told !== undefined) inputs['ids without a symbol'] = told;
      return;
    }
    const range = previousDay(this.catalog, this.products, contract, tradeDate);
    if (range)
      inputs[`${dataset} ${keyText(contractDate(contract, previousTradeDate(tradeDate, product)))}`] =
        `${range.low}..${range.high}`;
  }
}
