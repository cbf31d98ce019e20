/** The tables of a lake, written or not. */
import type { TableContract } from '../graph/datasets/schema';
import { SpymasterError } from '../graph/errors';
import { DeltaTable } from './delta/table';
import type { FileSpace } from './store/fileSpace';
import type { Store } from './store/store';

export class Catalog {
  private readonly tables = new Map<string, DeltaTable>();

  constructor(
    readonly store: Store,
    readonly space: FileSpace,
    /** Every table there is. */
    readonly contracts: readonly TableContract[],
  ) {}

  /** The table of a contract. Callers share one instance, and what it has read of its log. */
  table(contract: TableContract): DeltaTable {
    let table = this.tables.get(contract.name);
    if (!table || table.contract !== contract)
      this.tables.set(contract.name, (table = new DeltaTable(this.store, this.space, contract)));
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
}
