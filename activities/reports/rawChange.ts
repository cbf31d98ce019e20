/** What a change of the raw files makes stale. */
import { canonical } from '../../graph/catalog/provenance';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { LAYERS, type Layer } from '../../graph/datasets/layers';
import { dateOf, keyText, type Partition } from '../../graph/datasets/units';
import type { LastBuild } from '../../graph/catalog/partitionsTable';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import type { RawCatalog } from '../../lake/raw/registry';
import { Upstreams } from '../planning/upstream';
import { LastBuilds } from '../publishing/lastBuilds';
import { rootOf } from '../publishing/roots';

export interface StaleBuild {
  layer: Layer;
  /** `ESH4/2024-03-05`. */
  partition: string;
  /** Root. */
  product: string;
  tradeDate: string;
}

export interface RawChange {
  /** Published builds that the change makes stale, in order of date and layer. */
  stale: StaleBuild[];
  /** Published contract-dates that no raw file in use covers any more, as `ESH4/2024-03-05`: they stay as they are. */
  uncovered: string[];
}

/** @param before what raw files covered before the change; @param after what they cover since */
export async function rawChange(
  lake: Lake,
  settings: FeatureSettings,
  before: RawCatalog,
  after: RawCatalog,
): Promise<RawChange> {
  const builds = await LastBuilds.read(lake);
  const published = builds
    .all()
    .filter((build) => build.status === 'published' && lake.products.find(rootIn(lake, build)) !== undefined);
  const [then, now] = [before, after].map(
    (catalog) => new Upstreams(DATASET_GRAPH, catalog, settings, builds),
  );
  const inputs = (upstreams: Upstreams, { layer, partition }: LastBuild) =>
    canonical(upstreams.provenance(layer, partition).inputs);
  const stale = new Set(published.filter((build) => inputs(then, build) !== inputs(now, build)).map(nameOf));
  // What was computed from a stale build is stale once that is built anew; a layer reads lower ones, or earlier dates.
  for (let size = -1; size !== stale.size;) {
    size = stale.size;
    for (const build of published)
      if (Object.keys(build.provenance.inputs).some((input) => stale.has(input))) stale.add(nameOf(build));
  }
  return {
    stale: published
      .filter((build) => stale.has(nameOf(build)))
      .map(({ layer, partition, product }) => ({
        layer,
        partition: keyText(partition),
        product,
        tradeDate: dateOf(partition)!,
      }))
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)),
    uncovered: published
      .filter(
        (build) =>
          build.layer === 'bronze' && covers(before, build.partition) && !covers(after, build.partition),
      )
      .map(({ partition }) => keyText(partition))
      .sort(),
  };
}

const nameOf = ({ layer, partition }: LastBuild) => `${layer} ${keyText(partition)}`;

const rootIn = (lake: Lake, { partition }: LastBuild) => rootOf(partition, lake.products);

const placeOf = ({ tradeDate, partition, layer }: StaleBuild) =>
  `${tradeDate} ${partition} ${LAYERS.indexOf(layer)}`;

const covers = (catalog: RawCatalog, { key: { contract, trade_date } }: Partition) =>
  catalog.pieces(contract, trade_date).length > 0;
