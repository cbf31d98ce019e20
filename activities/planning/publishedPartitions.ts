/** Partitions of one layer and product that are published, or will be by the time they are read; by date. */
import { dateOf, keyText, type Partition } from '../../graph/datasets/units';

export class PublishedPartitions {
  private readonly digests = new Map<string, { partition: Partition; digest: string }>();
  /** In order of date and key; sorted on first use. */
  private ordered: Partition[] | undefined;

  /** @param digest undefined: it is not published */
  set(partition: Partition, digest: string | undefined): void {
    const key = keyText(partition);
    if (digest === undefined ? this.digests.delete(key) : !this.digests.has(key)) this.ordered = undefined;
    if (digest !== undefined) this.digests.set(key, { partition, digest });
  }

  digest(partition: Partition): string | undefined {
    return this.digests.get(keyText(partition))?.digest;
  }

  on(date: string): Partition[] {
    const ordered = this.inOrder();
    const from = placeOf(ordered, date);
    let to = from;
    while (to < ordered.length && dateOf(ordered[to]) === date) to++;
    return ordered.slice(from, to);
  }

  /** Those of the last `dates` dates before `date`, of the `chosen` ones if not of all. */
  before(date: string, dates: number, chosen?: (partition: Partition) => boolean): Partition[] {
    const all = this.inOrder();
    const ordered = chosen ? all.filter(chosen) : all;
    const to = placeOf(ordered, date);
    let from = to;
    for (let left = dates; from > 0 && left > 0; left--) from = placeOf(ordered, dateOf(ordered[from - 1])!);
    return ordered.slice(from, to);
  }

  private inOrder(): readonly Partition[] {
    this.ordered ??= [...this.digests.values()]
      .map(({ partition }) => ({ partition, place: `${dateOf(partition)} ${keyText(partition)}` }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ partition }) => partition);
    return this.ordered;
  }
}

/** Place of the first partition that is not before a date. */
function placeOf(ordered: readonly Partition[], date: string): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dateOf(ordered[middle])! < date) low = middle + 1;
    else high = middle;
  }
  return low;
}
