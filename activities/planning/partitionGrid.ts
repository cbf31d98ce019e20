/** The state of every partition in the lake: how its last build ended, what has overtaken it since, and what its checks warn of. */
import type { BuildStatus, LastBuild } from '../../graph/catalog/partitionsTable';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { changes, dataOf } from '../../graph/catalog/provenance';
import { LAYERS, UNIT_OF, type Layer } from '../../graph/datasets/layers';
import { dateOf, keyText, UNITS, type Unit } from '../../graph/datasets/units';
import type { DataKind } from '../../graph/sim/dataset';
import { productsOf } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import { LastBuilds } from '../publishing/lastBuilds';
import { rootOf } from '../publishing/roots';
import { currentSettings } from '../stages/currentSettings';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { Upstreams } from './upstream';

/** The state of one layer of one partition in the lake. */
export interface PartitionRow {
  /** `ESH4/2024-03-05`. */
  key: string;
  unit: Unit;
  product: string;
  /** Where the unit has one. */
  contract?: string;
  tradeDate?: string;
  layer: Layer;
  status: BuildStatus;
  /** When it was recorded, ISO UTC. */
  at: string;
  reason?: string;
  /** What has changed since it was published, or what it was computed from and is stale itself; empty: it is current. */
  because: string[];
  /** What it comes from in the end; absent where that is nothing. */
  data?: DataKind;
  /** Checks of the build that warn. */
  warnings: string[];
}

/** Every partition the lake knows of, by unit, date and key. */
export async function partitionGrid(settings: StageSettings): Promise<PartitionRow[]> {
  const lake = await sharedLake(settings);
  const builds = await LastBuilds.read(lake);
  const because = await stalenessOf(lake, await currentSettings(settings), builds);
  const warnings = await warningsOf(lake);
  const data = dataOfBuilds(builds);
  return inOrder(builds.all(), ({ partition }) => Object.keys(UNITS).indexOf(partition.unit)).map((build) => {
    const { layer, partition, product, status, finishedAt, reason } = build;
    const name = nameOf(build);
    return {
      key: keyText(partition),
      unit: UNIT_OF[layer],
      product,
      contract: partition.key.contract,
      tradeDate: partition.key.trade_date,
      layer,
      status,
      at: new Date(Number(finishedAt / 1_000_000n)).toISOString(),
      ...(reason !== null && { reason }),
      because: because.get(name) ?? [],
      data: data.get(name),
      warnings: status === 'published' ? (warnings.get(name) ?? []) : [],
    };
  });
}

/** As inputs are named in provenance. */
const nameOf = ({ layer, partition }: Pick<LastBuild, 'layer' | 'partition'>) =>
  `${layer} ${keyText(partition)}`;

/** Builds by date, key and layer, within what `first` puts first. */
function inOrder(builds: LastBuild[], first: (build: LastBuild) => number): LastBuild[] {
  const place = (build: LastBuild) =>
    `${first(build)} ${dateOf(build.partition)} ${keyText(build.partition)} ${LAYERS.indexOf(build.layer)}`;
  return builds
    .map((build) => ({ build, place: place(build) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ build }) => build);
}

/**
 * Why published builds are stale, by name. A build is stale too when what it was computed from is: it would be overtaken the moment
 * that is built anew.
 */
export async function stalenessOf(
  lake: Lake,
  settings: StageSettings,
  builds: LastBuilds,
): Promise<Map<string, string[]>> {
  const products = productsOf(settings.features);
  const upstreams = new Upstreams(DATASET_GRAPH, await lake.raw.catalog(), settings.features, builds);
  const found = new Map<string, string[]>();
  const published = builds.all().filter(({ status }) => status === 'published');
  // A layer reads lower ones of its date, or those of earlier dates: what comes before has been judged.
  for (const build of inOrder(published, ({ layer }) => LAYERS.indexOf(layer))) {
    const { layer, partition, digest, provenance } = build;
    const root = rootOf(partition, products);
    if (!products.find(root)) {
      found.set(nameOf(build), [`the configuration has no product ${root}`]);
      continue;
    }
    const now = upstreams.digest(layer, partition);
    if (now === digest) continue;
    upstreams.expect(layer, partition, now);
    const changed = changes(provenance, upstreams.provenance(layer, partition)).map((change) => {
      const input = change.replace(/ was built anew$/, '');
      return input !== change && found.has(input) ? `${input} is stale` : change;
    });
    found.set(nameOf(build), changed);
  }
  return found;
}

/** What builds come from in the end, by name: their own raw files, or those of the builds they were computed from. */
function dataOfBuilds(builds: LastBuilds): Map<string, DataKind> {
  const found = new Map<string, DataKind>();
  for (const build of inOrder(builds.all(), ({ layer }) => LAYERS.indexOf(layer))) {
    const { provenance } = build;
    const kinds = new Set(Object.keys(provenance.inputs).flatMap((input) => found.get(input) ?? []));
    if (build.layer === 'bronze') kinds.add(dataOf(provenance));
    if (kinds.size > 0) found.set(nameOf(build), kinds.size > 1 ? 'simulated and real' : [...kinds][0]);
  }
  return found;
}

/** Names of the checks that warn, by the build they are of. */
async function warningsOf(lake: Lake): Promise<Map<string, string[]>> {
  const rows = await lake.query(
    `SELECT layer, partition, check_name FROM quality.checks WHERE NOT passed AND severity = 'warning' ORDER BY ALL`,
  );
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const name = `${row.layer as string} ${row.partition as string}`;
    found.set(name, [...(found.get(name) ?? []), row.check_name as string]);
  }
  return found;
}
