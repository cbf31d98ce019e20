/**
 * The datasets of Spymaster, declared once. What runs, in which order, from what, and what is stale derives from this list: a new
 * dataset is its contract, its operator, and an entry here.
 */
import { silverBars } from '../bars/barsTable';
import { silverVacuum } from '../bars/vacuum/vacuumTable';
import { goldEpisodes, goldOutcomes } from '../episodes/episodeTables';
import { silverLevels } from '../levels/levelsTable';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import { modelAliases } from '../models/registry/aliasesTable';
import { modelLooks } from '../models/registry/looksTable';
import { modelVersions } from '../models/registry/versionsTable';
import { goldTrainingSnapshot } from '../models/training/snapshotTable';
import { DISTANCE } from '../precedents/distanceOperator';
import { goldDistance } from '../precedents/distanceTable';
import { opsIndexPins } from '../precedents/indexPinsTable';
import { LEARN_BACK } from '../precedents/learnDistance';
import { OUTCOMES_READ } from '../precedents/pastEpisodes';
import { bronzeDeadLetters } from '../records/deadLettersTable';
import { bronzeDefinitions } from '../records/definitionsTable';
import { bronzeMbo } from '../records/mboTable';
import { bronzeOpeningBooks } from '../records/openingBooksTable';
import { bronzeOptionTrades } from '../records/optionTradesTable';
import { bronzeStatistics } from '../records/statisticsTable';
import { qualityChecks } from '../quality/checksTable';
import { goldInferenceResults } from '../scoring/inferenceResultsTable';
import { GOLD } from '../session/goldOperator';
import { SILVER } from '../session/silverOperator';
import { FEATURE_TABLE } from '../vectors/features';
import { EPISODES_READ, VECTORS_READ as TOUCH_VECTORS_READ } from '../vectors/goldTouches';
import { NORMALISATION, VECTORS_READ } from '../vectors/normalisationOperator';
import { goldNormalisation } from '../vectors/normalisationTable';
import { LOOK_BACK } from '../vectors/normalise';
import { SILVER_COLUMNS } from '../vectors/silverMemory';
import { goldVectors } from '../vectors/vectorsTable';
import type { Dataset, DriverOperator, Upstream } from './dataset';
import { DatasetGraph } from './datasetGraph';
import { opsPartitions } from './partitionsTable';
import { UNIT_OF, type Layer } from '../datasets/layers';
import type { TableContract } from '../datasets/schema';
import type { Unit } from '../datasets/units';

type Entry = Omit<Dataset, 'name' | 'description' | 'unit' | 'layer'> & { table: TableContract };

/** A dataset that is built, in a layer. */
export const built = (layer: Layer, entry: Entry): Dataset => ({
  name: entry.table.name,
  layer,
  unit: UNIT_OF[layer],
  description: entry.table.description,
  ...entry,
});

export const same = (...datasets: string[]): Upstream[] =>
  datasets.map((dataset) => ({ dataset, partitions: 'same' }));

const RAW_FILES: DriverOperator = { kind: 'driver', module: 'lake/raw' };
/** Reads raw files, which the lake's tables do not hold. */
const BRONZE: DriverOperator = { kind: 'driver', module: 'activities/stages/bronze' };
/** Written with every build. */
const PUBLICATION: DriverOperator = { kind: 'driver', module: 'activities/publishing' };
/** Written when an index is rolled back. */
const INDEX_PINS: DriverOperator = { kind: 'driver', module: 'activities/precedents' };
/** Written when a model is published, looked at or promoted. */
const REGISTRY: DriverOperator = { kind: 'driver', module: 'activities/models' };

/** Written as a session is followed. */
const LIVE: DriverOperator = { kind: 'driver', module: 'workers/live' };

/** Copies Gold into what models are trained on. */
const TRAINING: DriverOperator = { kind: 'driver', module: 'activities/training/snapshot' };

const bronze = (table: TableContract, codeVersion = 2) =>
  built('bronze', {
    table,
    upstream: [{ dataset: 'raw.dbn', partitions: 'overlapping' }],
    settings: [],
    operator: BRONZE,
    codeVersion,
  });

const AT_BAR_END = { column: 'bar_start_utc', atBarEnd: true } as const;

/** What is known of options on the product of a contract: definitions, trades, open interest and settlements. */
const OPTION_RECORDS = same('bronze.definitions', 'bronze.option_trades', 'bronze.statistics');
/** Levels need the high and low of the day before. */
const PREVIOUS_DAY: Upstream = { dataset: 'raw.trading', partitions: 'previous' };
/** What following trades needs of a record. */
const TRADES: Upstream = {
  dataset: 'bronze.mbo',
  partitions: 'same',
  columns: ['ts_event', 'ts_recv', 'price', 'action', 'flags'],
};
const LEVELS_OF_ITS_OWN = [TRADES, PREVIOUS_DAY];

export const DATASETS: readonly Dataset[] = [
  {
    name: 'raw.dbn',
    layer: 'raw',
    unit: 'contract-date',
    description: 'Imported DBN files by digest, with the instruments, times and volumes they cover.',
    upstream: [],
    settings: [],
    operator: RAW_FILES,
    codeVersion: 1,
  },
  {
    name: 'raw.trading',
    layer: 'raw',
    unit: 'contract-date',
    description:
      'What was traded of a contract on a trade date, as the registry of raw files knows it: volume, and high and low in regular hours.',
    upstream: same('raw.dbn'),
    settings: [],
    operator: RAW_FILES,
    codeVersion: 1,
  },
  bronze(bronzeMbo, 2),
  bronze(bronzeOpeningBooks, 4),
  bronze(bronzeDefinitions, 3),
  bronze(bronzeOptionTrades, 3),
  bronze(bronzeStatistics, 3),
  bronze(bronzeDeadLetters, 3),
  built('silver', {
    table: silverBars,
    upstream: same('bronze.mbo', 'bronze.opening_books'),
    settings: ['bars'],
    operator: SILVER,
    codeVersion: 4,
    known: AT_BAR_END,
  }),
  built('silver', {
    table: silverLevels,
    upstream: [...same('bronze.mbo'), PREVIOUS_DAY],
    settings: ['levels'],
    operator: SILVER,
    codeVersion: 3,
    known: { column: 'valid_from', open: ['valid_to'] },
  }),
  built('silver', {
    table: silverVacuum,
    upstream: same('bronze.mbo', 'bronze.opening_books', 'silver.levels'),
    settings: ['bars', 'levels'],
    operator: SILVER,
    codeVersion: 4,
    known: AT_BAR_END,
  }),
  built('silver', {
    table: silverOptionFlow,
    upstream: [...same('bronze.mbo', 'silver.levels'), ...OPTION_RECORDS],
    settings: ['bars', 'levels', 'options'],
    operator: SILVER,
    codeVersion: 3,
    known: AT_BAR_END,
  }),
  built('silver', {
    table: silverOptionExposure,
    upstream: [...same('bronze.mbo', 'silver.levels'), ...OPTION_RECORDS],
    settings: ['bars', 'levels', 'options'],
    operator: SILVER,
    codeVersion: 3,
    known: { column: 'ts' },
  }),
  built('gold', {
    table: goldEpisodes,
    upstream: LEVELS_OF_ITS_OWN,
    settings: ['levels', 'episodes'],
    operator: GOLD,
    codeVersion: 3,
    known: { column: 'touch_ts' },
  }),
  built('gold', {
    table: goldOutcomes,
    upstream: [TRADES, ...same('gold.episodes')],
    settings: ['levels', 'episodes'],
    operator: GOLD,
    codeVersion: 3,
    known: {
      column: 'end_ts',
      // A row cut short by the end of the data was never known.
      except: ({ ended_by }, i) => ended_by[i] === 'data_end',
    },
  }),
  built('gold', {
    table: goldVectors,
    upstream: [
      ...LEVELS_OF_ITS_OWN,
      ...same('gold.episodes', 'gold.outcomes'),
      ...Object.entries(SILVER_COLUMNS).map(([dataset, columns]): Upstream => ({
        dataset,
        partitions: 'same',
        columns,
      })),
    ],
    settings: ['bars', 'levels', 'episodes', 'options'],
    operator: GOLD,
    // The table of features names its own version: vectors of another are not comparable.
    codeVersion: `4 ${FEATURE_TABLE}`,
    known: { column: 'touch_ts' },
  }),
  built('normalisation', {
    table: goldNormalisation,
    upstream: [{ dataset: 'gold.vectors', partitions: { earlier: LOOK_BACK }, columns: VECTORS_READ }],
    settings: [],
    operator: NORMALISATION,
    codeVersion: `1 ${FEATURE_TABLE}`,
  }),
  built('normalisation', {
    table: goldDistance,
    upstream: [
      { dataset: 'gold.episodes', partitions: { earlier: LEARN_BACK }, columns: EPISODES_READ },
      { dataset: 'gold.outcomes', partitions: { earlier: LEARN_BACK }, columns: OUTCOMES_READ },
      { dataset: 'gold.vectors', partitions: { earlier: LEARN_BACK }, columns: TOUCH_VECTORS_READ },
    ],
    settings: ['bars', 'episodes'],
    operator: DISTANCE,
    codeVersion: `4 ${FEATURE_TABLE}`,
  }),
  kept(qualityChecks),
  kept(opsPartitions),
  kept(goldInferenceResults, LIVE),
  kept(goldTrainingSnapshot, TRAINING, 'model-version'),
  kept(opsIndexPins, INDEX_PINS, 'product-date'),
  kept(modelVersions, REGISTRY, 'model-version'),
  kept(modelLooks, REGISTRY, 'model-version'),
  kept(modelAliases, REGISTRY, 'model-version'),
];

/** The graph of them all. */
export const DATASET_GRAPH = new DatasetGraph(DATASETS);

/** Every table of the lake. */
export const TABLES = DATASET_GRAPH.tables;

function kept(
  table: TableContract,
  operator: DriverOperator = PUBLICATION,
  unit: Unit = 'contract-date',
): Dataset {
  return {
    name: table.name,
    layer: 'ops',
    unit,
    description: table.description,
    table,
    upstream: [],
    settings: [],
    operator,
    codeVersion: 1,
  };
}
