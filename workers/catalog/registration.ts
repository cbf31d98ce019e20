/**
 * The tables of a lake as external tables of a catalog: what each is described by there, what of that differs, and how it is brought
 * about. Files and logs stay where they are, and the lake knows nothing of the catalog.
 */
import { pathToFileURL } from 'node:url';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { SpymasterError } from '../../graph/errors';
import { spellType, type DeltaField } from '../../lake/delta/schema';
import type { Snapshot } from '../../lake/delta/snapshot';
import { lakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import type { ColumnInfo, CreateTable, TableInfo, UnityCatalog } from './unityCatalog';

/** What a table of the lake is in a catalog. */
export type TableState =
  /** As the lake has it. */
  | 'registered'
  /** Not in the catalog. */
  | 'missing'
  /** In the catalog, otherwise described. */
  | 'different'
  /** Nothing was ever written to it: there is nothing to register. */
  | 'not written';

export interface CatalogedTable {
  /** `silver.bars`. */
  readonly table: string;
  /** `CATALOG.silver.bars`. */
  readonly fullName: string;
  readonly state: TableState;
  /** What differs, e.g. `columns`; absent but for that. */
  readonly differs?: readonly string[];
  readonly columns: number;
  readonly location: string;
}

/** Types as Spark's SQL spells them, and as the catalog names them. */
const SQL_TYPE: Readonly<Record<string, string>> = { long: 'bigint', integer: 'int', short: 'smallint' };
const TYPE_NAME: Readonly<Record<string, string>> = { long: 'LONG', integer: 'INT' };

/** A column as a catalog describes it. */
export function columnInfo(
  field: DeltaField,
  position: number,
  partitionColumns: readonly string[],
): ColumnInfo {
  const { name, type, nullable, metadata } = field;
  const partition = partitionColumns.indexOf(name);
  return {
    name,
    type_text: typeof type === 'string' ? (SQL_TYPE[type] ?? type) : spellType(type),
    type_name: typeof type === 'string' ? (TYPE_NAME[type] ?? type.toUpperCase()) : 'ARRAY',
    type_json: JSON.stringify(field),
    position,
    nullable,
    ...(typeof metadata.comment === 'string' && { comment: commentOf(metadata.comment, metadata.unit) }),
    ...(partition >= 0 && { partition_index: partition }),
  };
}

const commentOf = (meaning: string, unit: unknown) =>
  typeof unit === 'string' && unit !== '' ? `${meaning} [${unit}]` : meaning;

export class Registration {
  private constructor(
    private readonly lake: Lake,
    private readonly id: string,
    private readonly graph: DatasetGraph,
    private readonly server: UnityCatalog,
    private readonly catalog: string,
  ) {}

  /** @param catalog its name there @throws SpymasterError BadArgument for a name that no catalog can have */
  static async open(
    lake: Lake,
    graph: DatasetGraph,
    server: UnityCatalog,
    catalog: string,
  ): Promise<Registration> {
    if (!/^[^.\s/\p{Cc}]{1,255}$/u.test(catalog))
      throw new SpymasterError('BadArgument', `"${catalog}" cannot be the name of a catalog`, {
        field: 'catalog',
        expected: 'at most 255 characters without dots, spaces and slashes',
      });
    return new Registration(lake, await lakeId(lake.store), graph, server, catalog);
  }

  /** How each table of the lake is in the catalog. */
  async look(): Promise<CatalogedTable[]> {
    const found = new Map<string, TableInfo>();
    for (const schema of this.schemas())
      for (const table of await this.server.tables(this.catalog, schema))
        found.set(`${schema}.${table.name}`, table);
    const tables: CatalogedTable[] = [];
    for (const { name } of this.lake.contracts) {
      const wanted = await this.wanted(name);
      const common = {
        table: name,
        fullName: `${this.catalog}.${name}`,
        columns: wanted?.columns.length ?? 0,
        location: this.locationOf(name),
      };
      const known = found.get(name);
      const differs = wanted && known ? differences(wanted, known) : [];
      const state = !wanted
        ? 'not written'
        : !known
          ? 'missing'
          : differs.length > 0
            ? 'different'
            : 'registered';
      tables.push({ ...common, state, ...(differs.length > 0 && { differs }) });
    }
    return tables;
  }

  /**
   * Brings the catalog to what the lake is. A table that is otherwise described is registered anew: its interface changes none.
   * @param progress told of each table before it is written
   */
  async apply(
    tables: readonly CatalogedTable[],
    signal: AbortSignal,
    progress: (table: CatalogedTable) => void,
  ): Promise<void> {
    const due = tables.filter(({ state }) => state === 'missing' || state === 'different');
    if (due.length === 0) return;
    await this.server.makeCatalog(this.catalog, `Spymaster, lake ${this.id}`);
    for (const schema of new Set(due.map(({ table }) => schemaOf(table))))
      await this.server.makeSchema(this.catalog, schema, `Tables ${schema}.* of the lake ${this.id}`);
    for (const table of due) {
      signal.throwIfAborted();
      progress(table);
      const wanted = await this.wanted(table.table);
      if (!wanted) continue;
      if (table.state === 'different') await this.server.deleteTable(table.fullName);
      await this.server.createTable(wanted);
    }
  }

  private schemas(): string[] {
    return [...new Set(this.lake.contracts.map(({ name }) => schemaOf(name)))];
  }

  private locationOf(name: string): string {
    const { location } = this.lake.store;
    const { root } = this.lake.table(this.lake.contract(name));
    const base = /^[a-z][a-z0-9+.-]+:\/\//i.test(location) ? location : pathToFileURL(location).href;
    return `${base.replace(/\/+$/, '')}/${root}`;
  }

  /** Undefined for a table that was never written. */
  private async wanted(name: string): Promise<CreateTable | undefined> {
    const contract = this.lake.contract(name);
    const snapshot = await this.lake.table(contract).snapshot();
    if (!snapshot.exists) return undefined;
    return {
      name: name.slice(name.indexOf('.') + 1),
      catalog_name: this.catalog,
      schema_name: schemaOf(name),
      table_type: 'EXTERNAL',
      data_source_format: 'DELTA',
      columns: columnsOf(snapshot),
      storage_location: this.locationOf(name),
      comment: contract.description,
      properties: this.properties(name),
    };
  }

  private properties(name: string): Record<string, string> {
    const { unit, layer, operator, codeVersion, upstream } = this.graph.dataset(name);
    const { key, version } = this.lake.contract(name);
    const read = [...new Set(upstream.map(({ dataset }) => dataset))].join(', ');
    return {
      'spymaster.lake': this.id,
      'spymaster.layer': layer,
      'spymaster.unit': unit,
      'spymaster.operator': operator.module,
      'spymaster.code_version': String(codeVersion),
      'spymaster.contract_version': String(version),
      'spymaster.key': key.join(', '),
      ...(read !== '' && { 'spymaster.upstream': read }),
    };
  }
}

const schemaOf = (table: string) => table.slice(0, table.indexOf('.'));

const columnsOf = ({ fields, metadata }: Snapshot): ColumnInfo[] =>
  fields.map((field, k) => columnInfo(field, k, metadata!.partitionColumns));

/** What of a table is otherwise in the catalog; properties that others have added are theirs. */
function differences(wanted: CreateTable, known: TableInfo): string[] {
  const told = ({ name, type_text, comment, nullable = true, partition_index }: ColumnInfo) =>
    JSON.stringify([name, type_text.toLowerCase(), comment ?? '', nullable, partition_index ?? -1]);
  const columns = [...known.columns].sort((a, b) => a.position - b.position).map(told);
  const checks: Record<string, boolean> = {
    type: known.table_type === wanted.table_type && known.data_source_format === wanted.data_source_format,
    columns: JSON.stringify(columns) === JSON.stringify(wanted.columns.map(told)),
    comment: (known.comment ?? '') === wanted.comment,
    location: sameLocation(known.storage_location ?? '', wanted.storage_location!),
    properties: Object.entries(wanted.properties!).every(
      ([name, value]) => known.properties?.[name] === value,
    ),
  };
  return Object.keys(checks).filter((name) => !checks[name]);
}

/** `file:/x`, `file:///x` and `file:///x/` are one place. */
const sameLocation = (a: string, b: string) => plain(a) === plain(b);
const plain = (location: string) => location.replace(/^file:\/*/, 'file:/').replace(/\/+$/, '');
