/** The index of a product as the lake has it: published episodes, and what was fitted for a session. */
import { layersOf } from '../../graph/datasets/layers';
import { alike, type PartitionRows } from '../../graph/datasets/rowsOperator';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { dateOf, keyText, type Partition } from '../../graph/datasets/units';
import { canonical } from '../../graph/catalog/provenance';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import { SpymasterError } from '../../graph/errors';
import { distanceOf, goldDistance } from '../../graph/precedents/distanceTable';
import type { PastEpisode } from '../../graph/precedents/episodes';
import {
  EPISODES_READ,
  OUTCOMES_READ,
  pastEpisodes,
  VECTORS_READ,
} from '../../graph/precedents/pastEpisodes';
import { PrecedentIndex } from '../../graph/precedents/precedentIndex';
import type { SessionIndex } from '../../graph/precedents/precedentsOf';
import { settingsFor, type FeatureSettings } from '../../graph/settings';
import { goldNormalisation, normalisationOf } from '../../graph/vectors/normalisationTable';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { Lake } from '../../lake/lake';
import { LastBuilds, measurementOf } from '../publishing/lastBuilds';
import { rootOf } from '../publishing/roots';
import { pinnedTo } from './pins';

export interface OpenedIndex extends SessionIndex {
  /** Sessions before it that were left out, because other code or settings built them than the last. */
  readonly leftOut: number;
}

/**
 * What precedents of touches in a session are found with: all earlier sessions, compared as was fitted for it, or where nothing has been
 * fitted for it yet, for the last session before it. An index that was rolled back is that of the session it was rolled back to.
 * @throws SpymasterError NoInput if nothing was fitted for the session nor one before
 */
export async function openIndex(
  lake: Lake,
  product: string,
  session: string,
  features: FeatureSettings,
): Promise<OpenedIndex> {
  const builds = await LastBuilds.read(lake);
  const pinned = await pinnedTo(lake, product);
  const bound = pinned !== undefined && pinned < session ? pinned : session;
  const asOf = lastFitted(builds, product, bound);
  if (asOf === undefined)
    throw new SpymasterError('NoInput', `nothing is fitted for ${product} on ${session} or before`, {
      expected: `a build of the date: ./spymaster build --symbol ${product} --date ${session}`,
    });
  const partition = { product, trade_date: asOf };
  const [distance, normalisation] = await Promise.all([
    lake.table(goldDistance).readRows({ partition }).then(distanceOf),
    lake.table(goldNormalisation).readRows({ partition }).then(normalisationOf),
  ]);
  if (!distance || !normalisation)
    throw new SpymasterError('NoInput', `gold.distance has no rows of ${product} on ${asOf}`, {
      expected: `./spymaster build --symbol ${product} --date ${asOf} --layers normalisation`,
    });
  const { barrierTicks } = settingsFor(features, lake.products.productOf(product)).episodes;
  const { episodes, leftOut } = await episodesBefore(lake, builds, product, bound, barrierTicks);
  return { index: new PrecedentIndex(episodes, normalisation, distance.weights), distance, asOf, leftOut };
}

function lastFitted(builds: LastBuilds, product: string, session: string): string | undefined {
  const [layer] = layersOf('product-date');
  return builds
    .all(layer)
    .filter(({ partition, status }) => status === 'published' && partition.key.product === product)
    .map(({ partition }) => dateOf(partition)!)
    .filter((date) => date <= session)
    .sort((a, b) => (a < b ? -1 : 1))
    .at(-1);
}

/** Episodes of all published sessions before one that were built alike. */
async function episodesBefore(
  lake: Lake,
  builds: LastBuilds,
  product: string,
  session: string,
  barrierTicks: number,
): Promise<{ episodes: PastEpisode[]; leftOut: number }> {
  const name = (partition: Partition) => `${dateOf(partition)} ${keyText(partition)}`;
  const earlier = builds
    .all('gold')
    .filter(({ partition, status }) => status === 'published' && dateOf(partition)! < session)
    .map(({ partition }) => partition)
    .filter((partition) => rootOf(partition, lake.products) === product)
    .sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const all = earlier.map((partition): PartitionRows => ({
    key: partition.key,
    batches: [],
    made: canonical(measurementOf(builds, partition)),
  }));
  const used = alike(all);
  const keys = used.map(({ key }) => key);
  const [episodes, outcomes, vectors] = await Promise.all([
    readByKey(lake, goldEpisodes, keys, EPISODES_READ),
    readByKey(lake, goldOutcomes, keys, OUTCOMES_READ),
    readByKey(lake, goldVectors, keys, VECTORS_READ),
  ]);
  const found = keys.flatMap((key) => {
    const of = (rows: ReadonlyMap<string, TableBatch[]>) => rows.get(placeOf(key)) ?? [];
    return pastEpisodes(
      {
        contract: key.contract,
        tradeDate: key.trade_date,
        episodes: of(episodes),
        outcomes: of(outcomes),
        vectors: of(vectors),
      },
      barrierTicks,
    );
  });
  const dates = (of: readonly PartitionRows[]) => new Set(of.map(({ key }) => key.trade_date)).size;
  return { episodes: found, leftOut: dates(all) - dates(used) };
}

const placeOf = (key: Readonly<Record<string, string>>) => `${key.contract}/${key.trade_date}`;

async function readByKey(
  lake: Lake,
  contract: TableContract,
  keys: readonly Readonly<Record<string, string>>[],
  columns: readonly string[],
): Promise<Map<string, TableBatch[]>> {
  const rows = new Map<string, TableBatch[]>();
  const partitions = keys.map((key) => ({ ...key }));
  for await (const { partition, batch } of lake.table(contract).readPartitions(partitions, { columns })) {
    const place = placeOf(partition);
    rows.set(place, [...(rows.get(place) ?? []), batch]);
  }
  return rows;
}

/** The root of the product that a contract-date is of. */
export const productOf = (lake: Lake, contract: string, tradeDate: string): string =>
  rootOf({ unit: 'contract-date', key: { contract, trade_date: tradeDate } }, lake.products);
