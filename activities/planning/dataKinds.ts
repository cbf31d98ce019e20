/** In a lake of simulated data and real: which of its partitions are of one kind, so that neither is measured by the other. */
import { contractDate, dateOf, keyText, type Partition } from '../../graph/datasets/units';
import { dataKind, type DataKind } from '../../graph/sim/dataset';
import type { RawCatalog } from '../../lake/raw/registry';
import { rawFilesOf } from '../stages/inputs';
import type { CapturedDates } from './capturedDates';

export class DataKinds {
  /** Whether there is nothing to tell apart. */
  private readonly alike: boolean;
  /** By contract-date; undefined of those that no raw file in use covers, and no live worker has captured. */
  private readonly known = new Map<string, DataKind | undefined>();

  constructor(
    private readonly catalog: RawCatalog,
    private readonly captured: CapturedDates,
  ) {
    const kinds = new Set(captured.all().map(({ data }) => data));
    if (catalog.files.length > 0) kinds.add(dataKind(catalog.files.map(({ dataset }) => dataset)));
    this.alike = kinds.size <= 1 && !kinds.has('simulated and real');
  }

  /** What the raw files of a contract-date are, or what was captured of it is where that is built from. */
  of(partition: Partition): DataKind | undefined {
    const key = keyText(partition);
    if (!this.known.has(key)) {
      const files = rawFilesOf(this.catalog, partition.key.contract, dateOf(partition)!);
      const raw = files.length > 0 ? dataKind(files.map(({ dataset }) => dataset)) : undefined;
      this.known.set(key, this.captured.of(partition)?.data ?? raw);
    }
    return this.known.get(key);
  }

  /**
   * Chooses, of earlier contract-dates of a product, those of the kind its contracts have on a date, or, where there are no files of
   * that date yet, the last of the earlier ones; undefined where all may be taken.
   * @param last of the earlier ones
   */
  like(root: string, date: string, last: Partition | undefined): ((of: Partition) => boolean) | undefined {
    if (this.alike || last?.unit !== 'contract-date') return undefined;
    const { products } = this.catalog;
    const present = this.catalog
      .contractsOn(date)
      .filter((symbol) => products.contractOf(symbol, date).product.root === root)
      .map((symbol) => contractDate(symbol, date));
    const kinds = new Set((present.length > 0 ? present : [last]).map((of) => this.of(of)));
    if (kinds.size !== 1) return undefined;
    const [kind] = kinds;
    return (partition) => this.of(partition) === kind;
  }
}
