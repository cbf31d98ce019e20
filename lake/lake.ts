/** The lake: every table, and the raw files they come from, in one place. */
import { SpymasterError } from '../graph/errors';
import type { TableContract } from '../graph/datasets/schema';
import { DeltaTable } from './delta/table';
import { LocalStore } from './store/localStore';
import type { Store } from './store/store';

export class Lake {
  private readonly tables = new Map<string, DeltaTable>();

  private constructor(readonly store: Store) {}

  /**
   * Opens a lake; an empty or absent folder is an empty lake, and nothing is written until something is stored.
   * @param location path of a folder
   */
  static open(location: string): Promise<Lake> {
    const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1];
    if (scheme !== undefined)
      throw new SpymasterError('BadConfig', `a lake cannot be opened at ${location}`, {
        expected: 'the path of a folder',
      });
    return Promise.resolve(new Lake(new LocalStore(location)));
  }

  /** The table of a contract. Tables of one lake share what they have read of their logs. */
  table(contract: TableContract): DeltaTable {
    let table = this.tables.get(contract.name);
    if (!table || table.contract !== contract)
      this.tables.set(contract.name, (table = new DeltaTable(this.store, contract)));
    return table;
  }
}
