/**
 * What a build tells of itself, in the terms of OpenLineage: a run of a job, the datasets it reads and writes, and facets of each.
 * Source: OpenLineage specification 2-0-2 and its core facets, openlineage.io/spec. Facets of the project's own begin with `spymaster_`.
 */
import type { ColumnContract, TableContract } from '../datasets/schema';

/** Who emits events, as a URI. */
export const PRODUCER = 'urn:spymaster:lineage';
const SPEC = 'https://openlineage.io/spec';

/** A facet: named by its schema, whose other fields are the facet's own. */
export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [field: string]: unknown;
}
export type Facets = Readonly<Record<string, Facet>>;

export interface LineageDataset {
  /** Where it is stored: `file`, or `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net`. */
  readonly namespace: string;
  /** Path of the table's folder, or of the file. */
  readonly name: string;
  readonly facets: Facets;
}
export interface InputDataset extends LineageDataset {
  readonly inputFacets: Facets;
}
export interface OutputDataset extends LineageDataset {
  readonly outputFacets: Facets;
}

export type RunState = 'START' | 'RUNNING' | 'COMPLETE' | 'FAIL' | 'ABORT';

export interface RunEvent {
  readonly eventType: RunState;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Facets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets };
  readonly inputs: readonly InputDataset[];
  readonly outputs: readonly OutputDataset[];
}

export const RUN_EVENT_SCHEMA = `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`;

/** Version of each facet's published schema, and its file where that has another name. */
const PUBLISHED = {
  ParentRunFacet: '1-2-0',
  ProcessingEngineRunFacet: '1-1-1',
  NominalTimeRunFacet: '1-0-1',
  ErrorMessageRunFacet: '1-0-1',
  TestRunFacet: '1-0-1',
  JobTypeJobFacet: '2-0-4',
  DocumentationJobFacet: '1-1-0',
  SchemaDatasetFacet: '1-2-0',
  StorageDatasetFacet: '1-0-1',
  SymlinksDatasetFacet: '1-0-1',
  DocumentationDatasetFacet: '1-1-0',
  DatasetVersionDatasetFacet: '1-0-1',
  LifecycleStateChangeDatasetFacet: '1-0-1',
  DataQualityMetricsDatasetFacet: '1-0-1',
  InputStatisticsInputDatasetFacet: '1-0-0',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
  InputSubsetInputDatasetFacet: '1-0-0 BaseSubsetDatasetFacet',
  OutputSubsetOutputDatasetFacet: '1-0-0 BaseSubsetDatasetFacet',
} as const;

/** A facet whose schema OpenLineage publishes. */
export function facet(type: keyof typeof PUBLISHED, fields: Readonly<Record<string, unknown>>): Facet {
  const [version, file = type] = PUBLISHED[type].split(' ');
  return {
    _producer: PRODUCER,
    _schemaURL: `${SPEC}/facets/${version}/${file}.json#/$defs/${type}`,
    ...fields,
  };
}

/** A facet of the project's own: a run facet whose fields nobody else describes. */
export const ownRunFacet = (fields: Readonly<Record<string, unknown>>): Facet => ({
  _producer: PRODUCER,
  _schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet`,
  ...fields,
});

/** What the declaration says of a table: its columns, what it is, and the name it goes by in the lake. */
export const tableFacets = (contract: TableContract, lake: string): Facets => ({
  schema: facet('SchemaDatasetFacet', { fields: contract.columns.map(field) }),
  documentation: facet('DocumentationDatasetFacet', { description: contract.description }),
  storage: facet('StorageDatasetFacet', { storageLayer: 'delta', fileFormat: 'parquet' }),
  symlinks: facet('SymlinksDatasetFacet', {
    identifiers: [{ namespace: `spymaster://${lake}`, name: contract.name, type: 'TABLE' }],
  }),
});

const field = ({ name, type, unit, meaning }: ColumnContract, k: number) => ({
  name,
  type,
  description: unit === '' ? meaning : `${meaning} [${unit}]`,
  ordinal_position: k + 1,
});
