/**
 * The graph of datasets, declared once. Planning, staleness, lineage and documentation derive from this list: a new
 * dataset is one entry here and the operator it names.
 */
import { LAYERS, type Layer } from './layers';
import type { TableContract } from './schema';
import { silverBars } from '../bars/barsTable';
import {
  bronzeDeadLetters,
  bronzeDefinitions,
  bronzeMbo,
  bronzeOpeningBooks,
  bronzeOptionTrades,
  bronzeStatistics,
} from '../records/bronzeTables';
import { goldEpisodes, goldOutcomes } from '../episodes/episodeTables';
import { silverLevels } from '../levels/levelsTable';
import { opsPartitions, qualityChecks } from './opsTables';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import { silverVacuum } from '../bars/vacuumTable';
import { goldNormalisation } from '../vectors/normalisationTable';
import { goldVectors } from '../vectors/vectorsTable';

/**
 * Which partition of an upstream dataset a partition is computed from: the same contract-date, the same contract on the
 * trade date before, those of the same product on earlier trade dates as far as they are published, or (of raw files)
 * every file whose records overlap the window.
 */
export type UpstreamPartition = 'same' | 'previous' | 'earlier' | 'overlapping';

export interface Upstream {
  readonly dataset: string;
  readonly partition: UpstreamPartition;
}

export interface Dataset {
  /** `layer.table`. */
  readonly name: string;
  /** `raw` comes from outside, `ops` is what the system keeps about its own work; the rest are built. */
  readonly layer: 'raw' | Layer | 'ops';
  readonly description: string;
  /** Schema, keys and partitioning; absent for raw files. */
  readonly table?: TableContract;
  readonly upstream: readonly Upstream[];
  /** Where the operator stands that computes it. */
  readonly operator: string;
  /** Raised whenever the operator computes other rows from the same input: what was built before is then stale. */
  readonly codeVersion: number;
}

const same = (...datasets: string[]): Upstream[] =>
  datasets.map((dataset) => ({ dataset, partition: 'same' }));

function built(
  table: TableContract,
  operator: string,
  codeVersion: number,
  upstream: readonly Upstream[],
): Dataset {
  const layer = table.name.split('.')[0];
  const known = LAYERS.find((name) => name === layer) ?? 'ops';
  return {
    name: table.name,
    layer: known,
    description: table.description,
    table,
    upstream,
    operator,
    codeVersion,
  };
}

const RAW: readonly Upstream[] = [{ dataset: 'raw.dbn', partition: 'overlapping' }];

const OPTIONS = same(
  'bronze.mbo',
  'bronze.definitions',
  'bronze.option_trades',
  'bronze.statistics',
  'silver.levels',
);

export const DATASETS: readonly Dataset[] = [
  {
    name: 'raw.dbn',
    layer: 'raw',
    description: 'Imported DBN files by digest, with the instruments, times and volumes they cover.',
    upstream: [],
    operator: 'lake/raw',
    codeVersion: 1,
  },
  built(bronzeMbo, 'activities/bronze', 1, RAW),
  built(bronzeOpeningBooks, 'graph/book', 1, RAW),
  built(bronzeDefinitions, 'activities/bronze', 1, RAW),
  built(bronzeOptionTrades, 'activities/bronze', 1, RAW),
  built(bronzeStatistics, 'activities/bronze', 1, RAW),
  built(bronzeDeadLetters, 'graph/market/validate', 1, RAW),
  built(silverBars, 'graph/bars', 1, same('bronze.mbo', 'bronze.opening_books')),
  built(silverLevels, 'graph/levels', 1, [
    ...same('bronze.mbo'),
    // The previous day's high and low, as the registry of raw files tells them.
    { dataset: 'raw.dbn', partition: 'previous' },
  ]),
  built(silverVacuum, 'graph/bars/vacuum', 1, same('bronze.mbo', 'bronze.opening_books', 'silver.levels')),
  built(silverOptionFlow, 'graph/options', 1, OPTIONS),
  built(silverOptionExposure, 'graph/options', 1, OPTIONS),
  built(goldEpisodes, 'graph/episodes', 1, same('bronze.mbo', 'silver.levels')),
  built(goldOutcomes, 'graph/episodes', 1, same('bronze.mbo', 'gold.episodes')),
  built(goldNormalisation, 'graph/vectors/normalise', 2, [{ dataset: 'gold.vectors', partition: 'earlier' }]),
  built(goldVectors, 'graph/vectors', 2, [
    ...same(
      'bronze.mbo',
      'gold.episodes',
      'gold.outcomes',
      'silver.bars',
      'silver.levels',
      'silver.vacuum',
      'silver.option_flow',
      'silver.option_exposure',
    ),
  ]),
  built(qualityChecks, 'graph/quality', 1, same('bronze.mbo', 'silver.bars', 'gold.episodes')),
  built(opsPartitions, 'activities/publish', 1, same('bronze.mbo', 'silver.bars', 'gold.episodes')),
];

const BY_NAME = new Map(DATASETS.map((dataset) => [dataset.name, dataset]));

/** The dataset of that name, or undefined. */
export const datasetNamed = (name: string): Dataset | undefined => BY_NAME.get(name);

/** The tables a layer consists of. */
export const tablesOf = (layer: Layer): TableContract[] =>
  DATASETS.flatMap((dataset) => (dataset.layer === layer && dataset.table ? [dataset.table] : []));

/** Every table of the lake. */
export const TABLES: readonly TableContract[] = DATASETS.flatMap(({ table }) => (table ? [table] : []));

/** Version of the code that builds a layer: its datasets with their versions, e.g. `silver.bars@1 silver.levels@1`. */
export const codeVersionOf = (layer: Layer): string =>
  DATASETS.filter((dataset) => dataset.layer === layer)
    .map(({ name, codeVersion }) => `${name}@${codeVersion}`)
    .join(' ');

/** The layers whose tables a layer reads, from its datasets' upstream. */
export function upstreamLayers(layer: Layer): Layer[] {
  const read = new Set(
    DATASETS.filter((dataset) => dataset.layer === layer).flatMap(({ upstream }) =>
      upstream.map(({ dataset }) => BY_NAME.get(dataset)!.layer),
    ),
  );
  return LAYERS.filter((name) => name !== layer && read.has(name));
}

/** The graph as a Mermaid diagram. */
export function mermaid(): string {
  const id = (name: string) => name.replace('.', '_');
  const lines = ['flowchart LR'];
  for (const layer of ['raw', ...LAYERS, 'ops'] as const) {
    lines.push(`  subgraph ${layer}`);
    for (const dataset of DATASETS)
      if (dataset.layer === layer) lines.push(`    ${id(dataset.name)}["${dataset.name}"]`);
    lines.push('  end');
  }
  for (const { name, upstream } of DATASETS)
    for (const { dataset, partition } of upstream)
      lines.push(`  ${id(dataset)} -->${partition === 'same' ? '' : `|${partition}|`} ${id(name)}`);
  return lines.join('\n');
}
