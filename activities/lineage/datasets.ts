/** Tables and files as OpenLineage names them, and what the lake knows of the partitions that a run reads or writes. */
import { resolve } from 'node:path';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Layer } from '../../graph/datasets/layers';
import type { TableContract } from '../../graph/datasets/schema';
import type { Partition, PartitionKey } from '../../graph/datasets/units';
import {
  facet,
  tableFacets,
  type Facet,
  type InputDataset,
  type LineageDataset,
  type OutputDataset,
} from '../../graph/lineage/runEvent';
import type { AddFile } from '../../lake/delta/actions';
import { rowsOf, type Snapshot } from '../../lake/delta/snapshot';
import { lakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { dataKey } from '../../lake/raw/keys';

/**
 * Where a file of the lake is, by OpenLineage's rules of naming: a folder of this machine is `file` and its path, a container of Azure
 * `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net` and the path in it.
 */
export function placeIn(location: string, path: string): Pick<LineageDataset, 'namespace' | 'name'> {
  const remote = /^([a-z][a-z0-9+.-]+:\/\/[^/]+)\/*(.*?)\/*$/i.exec(location);
  if (!remote) return { namespace: 'file', name: `${resolve(location)}/${path}` };
  return { namespace: remote[1], name: remote[2] === '' ? path : `${remote[2]}/${path}` };
}

/** A published layer that was read: of which partitions. */
export interface LayerRead {
  readonly layer: Layer;
  readonly partitions: readonly Partition[];
}

const subset = (keys: readonly PartitionKey[]) => ({
  type: 'partition',
  partitions: keys.map((key) => ({ identifier: Object.values(key).join('/'), dimensions: { ...key } })),
});

/** Names of the tables that there are not yet. */
export async function absentOf(lake: Lake, contracts: readonly TableContract[]): Promise<Set<string>> {
  const absent = new Set<string>();
  for (const contract of contracts)
    if (!(await lake.table(contract).snapshot()).exists) absent.add(contract.name);
  return absent;
}

/** Tables of other layers, with the partitions that are read of each. */
export async function tablesRead(
  lake: Lake,
  graph: DatasetGraph,
  names: readonly string[],
  reads: readonly LayerRead[],
): Promise<InputDataset[]> {
  const inputs: InputDataset[] = [];
  for (const name of names) {
    const { table: contract, layer } = graph.dataset(name);
    const partitions = reads.filter((read) => read.layer === layer).flatMap((read) => read.partitions);
    if (!contract || partitions.length === 0) continue;
    inputs.push(
      await tableRead(
        lake,
        contract,
        partitions.map(({ key }) => key),
      ),
    );
  }
  return inputs;
}

/** A table of which partitions are read. */
export async function tableRead(
  lake: Lake,
  contract: TableContract,
  keys: readonly PartitionKey[],
): Promise<InputDataset> {
  const snapshot = await lake.table(contract).snapshot();
  const files = keys.flatMap((key) => snapshot.filesOf({ ...key }));
  return {
    ...(await tableOf(lake, contract, snapshot)),
    inputFacets: {
      subset: facet('InputSubsetInputDatasetFacet', { inputCondition: subset(keys) }),
      inputStatistics: facet('InputStatisticsInputDatasetFacet', sizes(files)),
    },
  };
}

/** The raw files that a build says it read. @param inputs of its provenance */
export async function filesRead(
  lake: Lake,
  inputs: Readonly<Record<string, string>>,
): Promise<InputDataset[]> {
  const read = Object.entries(inputs).filter(([name]) => name.startsWith('raw.dbn '));
  if (read.length === 0) return [];
  const { files } = await lake.raw.catalog();
  return read.map(([named, digest]) => {
    const file = files.find((known) => known.digest === digest);
    return {
      ...placeIn(lake.store.location, dataKey(digest, file?.extension ?? '')),
      facets: {
        version: facet('DatasetVersionDatasetFacet', { datasetVersion: digest }),
        documentation: facet('DocumentationDatasetFacet', {
          description: `Databento file ${file?.name ?? named.split(' ')[1]}`,
        }),
      },
      inputFacets: {
        inputStatistics: facet('InputStatisticsInputDatasetFacet', {
          fileCount: 1,
          ...(file && { rowCount: file.records }),
        }),
      },
    };
  });
}

/**
 * A table of which one partition has been written.
 * @param change of the table or the partition; undefined where it was added to what there was
 */
export async function tableWritten(
  lake: Lake,
  contract: TableContract,
  key: PartitionKey,
  change: 'CREATE' | 'OVERWRITE' | undefined,
): Promise<OutputDataset> {
  const snapshot = await lake.table(contract).snapshot();
  const files = snapshot.filesOf({ ...key });
  const { facets, ...place } = await tableOf(lake, contract, snapshot);
  return {
    ...place,
    facets: {
      ...facets,
      ...(change && {
        lifecycleStateChange: facet('LifecycleStateChangeDatasetFacet', { lifecycleStateChange: change }),
      }),
      dataQualityMetrics: quality(files),
    },
    outputFacets: {
      subset: facet('OutputSubsetOutputDatasetFacet', { outputCondition: subset([key]) }),
      outputStatistics: facet('OutputStatisticsOutputDatasetFacet', sizes(files)),
    },
  };
}

const tableOf = async (lake: Lake, contract: TableContract, snapshot: Snapshot): Promise<LineageDataset> => ({
  ...placeIn(lake.store.location, lake.table(contract).root),
  facets: {
    ...tableFacets(contract, await lakeId(lake.store)),
    version: facet('DatasetVersionDatasetFacet', { datasetVersion: String(snapshot.version) }),
  },
});

const sizes = (files: readonly AddFile[]) => ({
  rowCount: files.reduce((sum, file) => sum + (rowsOf(file) ?? 0), 0),
  size: files.reduce((sum, file) => sum + file.size, 0),
  fileCount: files.length,
});

interface Counted {
  nullCount?: Record<string, number>;
}

/** What the files' statistics say of the partition's columns. */
function quality(files: readonly AddFile[]): Facet {
  const nulls = new Map<string, number>();
  for (const { stats } of files)
    for (const [column, count] of Object.entries(
      (stats ? (JSON.parse(stats) as Counted) : {}).nullCount ?? {},
    ))
      nulls.set(column, (nulls.get(column) ?? 0) + count);
  const { rowCount, size, fileCount } = sizes(files);
  return facet('DataQualityMetricsDatasetFacet', {
    rowCount,
    bytes: size,
    fileCount,
    columnMetrics: Object.fromEntries([...nulls].map(([column, nullCount]) => [column, { nullCount }])),
  });
}
