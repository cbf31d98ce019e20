/** The lake: every table, and the raw files they come from, in one place. */
import type { Json } from '@duckdb/node-api';
import type { TableContract } from '../graph/datasets/schema';
import { Products } from '../graph/products/catalog';
import { Catalog } from './catalog';
import { runQuery, type QueryOptions } from './query/query';
import { RawStore } from './raw/rawStore';
import { openStore, type Elsewhere } from './store/open';
import type { OpenedStore } from './store/openedStore';

export class Lake extends Catalog {
  readonly raw: RawStore;

  private constructor(
    { store, space }: OpenedStore,
    contracts: readonly TableContract[],
    /** Products whose contracts it may hold. */
    readonly products: Products,
  ) {
    super(store, space, contracts);
    this.raw = new RawStore(store, space, products);
  }

  /**
   * Opens a lake; an empty or absent place is an empty lake, and nothing is written until something is stored. It may
   * stay open: every reading sees what other processes have written by then.
   * @param location path of a folder, or `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH`
   * @param contracts every table of the lake
   * @param products the built-in ones, unless the configuration makes others
   * @param elsewhere of a lake that is in no folder
   * @throws as `openStore` does
   */
  static async open(
    location: string,
    contracts: readonly TableContract[],
    products: Products = new Products(),
    elsewhere?: Elsewhere,
  ): Promise<Lake> {
    return new Lake(await openStore(location, elsewhere), contracts, products);
  }

  /**
   * Rows of a query as objects; 64-bit integers as texts. For results of any size use `runQuery`.
   * @throws SpymasterError BadArgument with DuckDB's words for a query it does not understand
   */
  async query(sql: string, options?: QueryOptions): Promise<Record<string, Json | null>[]> {
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
      options,
    );
    return found;
  }
}
