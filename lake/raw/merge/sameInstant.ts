/**
 * Records of several files captured at the same instant, put together so that each counts once: as often as the file that has it most
 * often, in the order all files agree on.
 */
import { layoutOf, type RecordType } from '../../../graph/dbn/records';
import { LATEST_VERSION } from '../../../graph/dbn/constants';
import { bytesOf, type RawRecord } from './recordStream';

/** Fields by which two MBO records, or trades, are one though they differ in others. Records of other types are one if they are equal. */
const IDENTITY: Partial<Record<RecordType, readonly string[]>> = {
  mbo: ['orderId', 'action', 'tsRecv', 'sequence'],
  trades: ['price', 'size', 'action', 'side', 'tsRecv', 'sequence'],
};
/** Publisher and instrument, in every record's header. */
const HEADER: readonly [from: number, to: number] = [2, 8];

export class InstantMerger {
  private readonly identity: readonly (readonly [from: number, to: number])[] | undefined;
  private readonly sequenceAt: number | undefined;

  constructor(type: RecordType) {
    const { fields, offsets } = layoutOf(type, LATEST_VERSION);
    this.identity = IDENTITY[type] && [
      HEADER,
      ...IDENTITY[type].map((name) => [offsets[name], offsets[name] + fields[name].bytes] as const),
    ];
    this.sequenceAt = offsets.sequence;
  }

  /**
   * @param lists of each file, in its order. Where the files do not say in which order two records came, nor do their sequence numbers,
   * those of the earlier list come first
   */
  merge(lists: readonly (readonly RawRecord[])[]): readonly RawRecord[] {
    return lists.reduce((merged, list) => this.union(merged, list));
  }

  /** `ours`, with those records of `theirs` that it lacks between those they came between. */
  private union(ours: readonly RawRecord[], theirs: readonly RawRecord[]): readonly RawRecord[] {
    if (ours.length === theirs.length && ours.every((record, i) => equal(record, theirs[i]))) return ours;
    const partners = this.partners(ours, theirs);
    const merged: RawRecord[] = [];
    let lacking: RawRecord[] = [];
    let from = 0;
    theirs.forEach((record, j) => {
      const partner = partners[j];
      if (partner === undefined) lacking.push(record);
      else if (partner >= from) {
        merged.push(...this.bySequence(ours.slice(from, partner), lacking), ours[partner]);
        from = partner + 1;
        lacking = [];
      }
    });
    merged.push(...this.bySequence(ours.slice(from), lacking));
    return merged;
  }

  /** For each of `theirs`, the place of the same record in `ours`; undefined where it lacks it. No place is given twice. */
  private partners(ours: readonly RawRecord[], theirs: readonly RawRecord[]): (number | undefined)[] {
    const found: (number | undefined)[] = theirs.map(() => undefined);
    const taken = new Set<number>();
    const pair = (nameOf: (bytes: Uint8Array) => string) => {
      const places = new Map<string, number[]>();
      ours.forEach((record, i) => {
        if (taken.has(i)) return;
        const name = nameOf(bytesOf(record));
        const known = places.get(name);
        if (known) known.push(i);
        else places.set(name, [i]);
      });
      let behind = -1;
      theirs.forEach((record, j) => {
        if (found[j] === undefined) {
          const free = places.get(nameOf(bytesOf(record)));
          if (!free || free.length === 0) return;
          const [place] = free.splice(
            Math.max(
              0,
              free.findIndex((i) => i > behind),
            ),
            1,
          );
          found[j] = place;
          taken.add(place);
        }
        behind = Math.max(behind, found[j]!);
      });
    };
    pair((bytes) => textOf(bytes, 0, bytes.length));
    const { identity } = this;
    if (identity && found.includes(undefined))
      pair((bytes) => identity.map(([from, to]) => textOf(bytes, from, to)).join(''));
    return found;
  }

  /** Both lists, in order of their sequence numbers as far as these rise. */
  private bySequence(ours: readonly RawRecord[], theirs: readonly RawRecord[]): RawRecord[] {
    const merged: RawRecord[] = [];
    let i = 0;
    for (const record of theirs) {
      while (i < ours.length && this.sequenceOf(ours[i]) <= this.sequenceOf(record)) merged.push(ours[i++]);
      merged.push(record);
    }
    return [...merged, ...ours.slice(i)];
  }

  private sequenceOf({ block, at }: RawRecord): number {
    const { sequenceAt } = this;
    if (sequenceAt === undefined) return 0;
    return new DataView(block.buffer, block.byteOffset).getUint32(at + sequenceAt, true);
  }
}

const textOf = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

function equal(a: RawRecord, b: RawRecord): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a.block[a.at + i] !== b.block[b.at + i]) return false;
  return true;
}
