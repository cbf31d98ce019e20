/** The index of a product as the lake has it: published episodes, and what was fitted for a session. */
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import { SpymasterError } from '../../graph/errors';
import { distanceOf, goldDistance } from '../../graph/precedents/distanceTable';
import type { PastEpisode } from '../../graph/precedents/episodes';
import {
  OUTCOMES_READ,
  measuringOf,
  pastEpisodes,
  type Measuring,
} from '../../graph/precedents/pastEpisodes';
import { OrderedEpisodes } from '../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../graph/precedents/precedentIndex';
import type { SessionIndex } from '../../graph/precedents/precedentsOf';
import { settingsFor, type FeatureSettings } from '../../graph/settings';
import { EPISODES_READ, VECTORS_READ } from '../../graph/vectors/goldTouches';
import { goldNormalisation, normalisationOf } from '../../graph/vectors/normalisationTable';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { Lake } from '../../lake/lake';
import { measuredBy, measurementVersion } from '../models/measured';
import { rootOf } from '../publishing/roots';
import { planIndex, type IndexPlan } from './indexPlan';

export interface OpenedIndex extends SessionIndex {
  /** How its episodes were measured, and touches asked about must be. */
  readonly measured: Measuring;
  /** Sessions before it that were left out, because other code or settings built them than the last. */
  readonly leftOut: number;
}

/**
 * What precedents of touches in a session are found with.
 * @throws SpymasterError NoInput if nothing was fitted for the session nor one before
 */
export const openIndex = async (
  lake: Lake,
  product: string,
  session: string,
  features: FeatureSettings,
): Promise<OpenedIndex> => openPlanned(lake, await planIndex(lake, product, session), features);

export async function openPlanned(
  lake: Lake,
  { product, asOf, keys, leftOut }: IndexPlan,
  features: FeatureSettings,
): Promise<OpenedIndex> {
  const partition = { product, trade_date: asOf };
  const [distance, normalisation] = await Promise.all([
    lake.table(goldDistance).readRows({ partition }).then(distanceOf),
    lake.table(goldNormalisation).readRows({ partition }).then(normalisationOf),
  ]);
  if (!distance || !normalisation)
    throw new SpymasterError('NoInput', `gold.distance has no rows of ${product} on ${asOf}`, {
      expected: `./spymaster build --symbol ${product} --date ${asOf} --layers normalisation`,
    });
  const profile = lake.products.productOf(product);
  const measured = measuringOf(settingsFor(features, profile), profile);
  const settingsVersion = measurementVersion(measuredBy(features, profile));
  const episodes = await episodesOf(lake, keys, measured);
  const index = new PrecedentIndex(new OrderedEpisodes(episodes), normalisation, distance.weights);
  return { index, distance, product, asOf, measured, settingsVersion, leftOut };
}

/** Episodes of some contract-dates that can be compared. */
async function episodesOf(lake: Lake, keys: IndexPlan['keys'], measured: Measuring): Promise<PastEpisode[]> {
  const [episodes, outcomes, vectors] = await Promise.all([
    readByKey(lake, goldEpisodes, keys, EPISODES_READ),
    readByKey(lake, goldOutcomes, keys, OUTCOMES_READ),
    readByKey(lake, goldVectors, keys, VECTORS_READ),
  ]);
  return keys.flatMap((key) => {
    const of = (rows: ReadonlyMap<string, TableBatch[]>) => rows.get(placeOf(key)) ?? [];
    return pastEpisodes(
      {
        contract: key.contract,
        tradeDate: key.trade_date,
        episodes: of(episodes),
        outcomes: of(outcomes),
        vectors: of(vectors),
      },
      measured,
    );
  });
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
