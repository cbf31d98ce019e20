/**
 * Contract-dates that are built from what a live worker has captured of them: raw files that cover the regular hours go first, but those
 * of the day before, which hold the evening of every date, would leave most of it out.
 */
import { keyText, type Partition } from '../../graph/datasets/units';
import type { RawCatalog } from '../../lake/raw/registry';
import { capturedOf, type CapturedStream } from '../publishing/captured';
import type { LastBuilds } from '../publishing/lastBuilds';
import { coversRth } from '../stages/inputs';

export class CapturedDates {
  private readonly known = new Map<string, CapturedStream | undefined>();

  constructor(
    private readonly catalog: RawCatalog,
    private readonly builds: LastBuilds,
  ) {}

  /** What a contract-date is built from; undefined where that is raw files, or nothing. */
  of(partition: Partition): CapturedStream | undefined {
    const stream = capturedOf(this.builds, partition);
    if (!stream) return undefined;
    const name = keyText(partition);
    if (!this.known.has(name)) {
      const { contract, trade_date: tradeDate } = partition.key;
      this.known.set(name, coversRth(this.catalog, contract, tradeDate) ? undefined : stream);
    }
    return this.known.get(name);
  }

  /** Of every contract-date that is built from such. */
  all(): CapturedStream[] {
    return this.builds.all('bronze').flatMap(({ partition }) => this.of(partition) ?? []);
  }
}
