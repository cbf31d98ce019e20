/** The lake: every table, and the raw files they come from, in one place. */
import type { Json } from '@duckdb/node-api';
import { TABLES } from '../graph/datasets/declaration';
import { SpymasterError } from '../graph/errors';
import type { TableContract } from '../graph/datasets/schema';
import { Products } from '../graph/products/catalog';
import { DeltaTable } from './delta/table';
import { runQuery } from './query/query';
import { RawStore } from './raw/rawStore';
import { LocalStore } from './store/localStore';
import type { Store } from './store/store';

export class Lake {
  readonly raw: RawStore;
  private readonly tables = new Map<string, DeltaTable>();

  private constructor(
    readonly store: Store,
    /** Every table there is, written or not. */
    readonly contracts: readonly TableContract[],
    /** Products whose contracts it may hold. */
    readonly products: Products,
  ) {
    this.raw = new RawStore(store, products);
  }

  /**
   * Opens a lake; an empty or absent folder is an empty lake, and nothing is written until something is stored.
   * @param location path of a folder
   * @param products the built-in ones, unless the configuration makes others
   */
  static open(
    location: string,
    products: Products = new Products(),
    contracts: readonly TableContract[] = TABLES,
  ): Promise<Lake> {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location))
      throw new SpymasterError('BadConfig', `a lake cannot be opened at ${location}`, {
        expected: 'the path of a folder',
      });
    return Promise.resolve(new Lake(new LocalStore(location), contracts, products));
  }

  /** The table of a contract. Those who ask share what has been read of its log. */
  table(contract: TableContract): DeltaTable {
    let table = this.tables.get(contract.name);
    if (!table || table.contract !== contract)
      this.tables.set(contract.name, (table = new DeltaTable(this.store, contract)));
    return table;
  }

  /**
   * The contract of a table by its name, `layer.table`.
   * @throws SpymasterError UnknownTable naming those there are
   */
  contract(name: string): TableContract {
    const contract = this.contracts.find((candidate) => candidate.name === name);
    if (contract) return contract;
    throw new SpymasterError('UnknownTable', `there is no table "${name}"`, {
      expected: this.contracts.map((candidate) => candidate.name).join(', '),
    });
  }

  /**
   * Rows of a query as objects; 64-bit integers as texts. For results of any size use `runQuery`.
   * @throws SpymasterError BadArgument with DuckDB's words for a query it does not understand
   */
  async query(sql: string, signal?: AbortSignal): Promise<Record<string, Json | null>[]> {
    let names: string[] = [];
    const found: Record<string, Json | null>[] = [];
    await runQuery(
      this,
      sql,
      {
        columns: (columns) => {
          names = columns.map(({ name }) => name);
        },
        rows: (rows) => {
          for (const row of rows) found.push(Object.fromEntries(names.map((name, k) => [name, row[k]])));
        },
      },
      signal,
    );
    return found;
  }
}
