/** The lake: every table, and the raw files they come from, in one place. */
import type { Json } from '@duckdb/node-api';
import type { TableContract } from '../graph/datasets/schema';
import { Products } from '../graph/products/catalog';
import { SpymasterError } from '../graph/errors';
import { Catalog } from './catalog';
import { runQuery, type QueryOptions } from './query/query';
import { RawStore } from './raw/rawStore';
import type { FileSpace } from './store/fileSpace';
import { LocalFileSpace } from './store/localFileSpace';
import { LocalStore } from './store/localStore';
import type { Store } from './store/store';

/** @throws SpymasterError BadConfig for a URL: object stores are not there yet, and a folder of such a name is not meant */
export function requireFolder(location: string): void {
  const [scheme] = /^[a-z][a-z0-9+.-]+:\/\//i.exec(location) ?? [];
  if (scheme !== undefined)
    throw new SpymasterError('BadConfig', `a lake cannot be opened at ${location}`, {
      field: 'lake',
      expected: `the path of a folder on this machine; ${scheme} is not supported`,
    });
}

export class Lake extends Catalog {
  readonly raw: RawStore;

  private constructor(
    store: Store,
    space: FileSpace,
    contracts: readonly TableContract[],
    /** Products whose contracts it may hold. */
    readonly products: Products,
  ) {
    super(store, space, contracts);
    this.raw = new RawStore(store, space, products);
  }

  /**
   * Opens a lake; an empty or absent folder is an empty lake, and nothing is written until something is stored. It may
   * stay open: every reading sees what other processes have written by then.
   * @param location path of a folder
   * @param contracts every table of the lake
   * @param products the built-in ones, unless the configuration makes others
   */
  static open(
    location: string,
    contracts: readonly TableContract[],
    products: Products = new Products(),
  ): Promise<Lake> {
    requireFolder(location);
    return Promise.resolve(
      new Lake(new LocalStore(location), new LocalFileSpace(location), contracts, products),
    );
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
