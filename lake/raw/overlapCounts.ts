/**
 * What was traded where raw files overlap: counted from their records, merged, once, and kept in the lake under `overlaps/`. Only files
 * that overlap are ever read for it.
 */
import { createHash } from 'node:crypto';
import { RecordView } from '../../graph/dbn/record';
import { LATEST_VERSION } from '../../graph/dbn/constants';
import type { DbnRecord } from '../../graph/dbn/records';
import { sessionOf } from '../../graph/market/calendar';
import type { Products } from '../../graph/products/catalog';
import type { MboBatch } from '../../graph/records/mbo';
import type { Store } from '../store/store';
import { calendarText, rootIn } from './calendars';
import { jsonBytes, parseJson } from './json';
import { mergeMbo, mergeRecords } from './merge/mergedRecords';
import { bytesOf, type MergeInput, type RawRecord } from './merge/recordStream';
import { daySchema, type DayCoverage, type Overlap, type RawFile } from './registry';
import { COUNTING, DayTally } from './survey';

const ROOT = 'overlaps';

export class OverlapCounts {
  private readonly known = new Map<string, DayCoverage>();

  /** @param inputOf how a raw file is read */
  constructor(
    private readonly store: Store,
    private readonly products: Products,
    private readonly inputOf: (file: RawFile) => Promise<MergeInput>,
  ) {}

  /**
   * What was traded in each of the overlaps, in their order.
   * @throws SpymasterError as `readDbn` does
   */
  async of(overlaps: readonly Overlap[]): Promise<DayCoverage[]> {
    const missing: Overlap[] = [];
    for (const overlap of overlaps) if (!(await this.find(overlap))) missing.push(overlap);
    for (const together of sharingFiles(missing))
      for (const [overlap, day] of await this.count(together)) {
        await this.store.put(this.keyOf(overlap), jsonBytes(day));
        this.known.set(this.keyOf(overlap), day);
      }
    return overlaps.map((overlap) => this.known.get(this.keyOf(overlap))!);
  }

  private async find(overlap: Overlap): Promise<boolean> {
    const key = this.keyOf(overlap);
    if (this.known.has(key)) return true;
    const bytes = await this.store.read(key);
    // What is damaged is counted again.
    const parsed = bytes && daySchema.safeParse(parseJson(bytes));
    if (!parsed?.success) return false;
    this.known.set(key, parsed.data);
    return true;
  }

  /** Names the files, how they overlap, and by which code and calendar it is counted. */
  private keyOf({ key, symbol }: Overlap): string {
    const text = `${COUNTING} ${calendarText(this.products, rootIn(symbol)!)} ${key}`;
    return `${ROOT}/${createHash('sha256').update(text).digest('hex')}.json`;
  }

  /** Counts overlaps of the same type in one reading of all their files. */
  private async count(overlaps: readonly Overlap[]): Promise<[Overlap, DayCoverage][]> {
    const tallies = overlaps.map((overlap) => this.tallyOf(overlap));
    const byInstrument = new Map<string, DayTally[]>();
    overlaps.forEach(({ pieces }, k) => {
      for (const name of new Set(pieces.map(({ instrument }) => nameOf(instrument))))
        byInstrument.set(name, [...(byInstrument.get(name) ?? []), tallies[k]]);
    });
    const files = new Set(overlaps.flatMap(({ pieces }) => pieces.map(({ file }) => file)));
    const inputs = await Promise.all([...files].map(this.inputOf));
    if (overlaps[0].type === 'mbo') await mergeMbo(inputs, (batch) => addMbo(byInstrument, batch));
    else await mergeRecords(inputs, 'trades', (record) => addTrade(byInstrument, record));
    return overlaps.map((overlap, k) => [overlap, tallies[k].coverage()]);
  }

  private tallyOf({ symbol, tradeDate }: Overlap): DayTally {
    const { product } = this.products.contractOf(symbol, tradeDate);
    return new DayTally(sessionOf(tradeDate, product), symbol);
  }
}

interface InstrumentName {
  publisherId: number;
  instrumentId: number;
}

const nameOf = ({ publisherId, instrumentId }: InstrumentName) => `${publisherId}/${instrumentId}`;

function addMbo(tallies: ReadonlyMap<string, DayTally[]>, batch: MboBatch): void {
  let [publisherId, instrumentId] = [-1, -1];
  let days: readonly DayTally[] = [];
  for (let i = 0; i < batch.length; i++) {
    if (batch.instrumentId[i] !== instrumentId || batch.publisherId[i] !== publisherId) {
      [publisherId, instrumentId] = [batch.publisherId[i], batch.instrumentId[i]];
      days = tallies.get(nameOf({ publisherId, instrumentId })) ?? [];
    }
    for (const day of days) if (day.addMbo(batch, i)) break;
  }
}

function addTrade(tallies: ReadonlyMap<string, DayTally[]>, record: RawRecord): void {
  const view = new RecordView(LATEST_VERSION).set('trades', bytesOf(record), record.offset);
  const days = tallies.get(nameOf(view)) ?? [];
  const day = days.find(({ session: { window } }) => record.ts > window.start && record.ts <= window.end);
  if (!day) return;
  const { tsEvent, price, size } = view.decode() as DbnRecord<'trades'>;
  day.add('trades', record.ts);
  day.trade(Number(tsEvent - day.session.window.start), price, size);
}

/** Overlaps by type, those together that have a file in common, directly or by others. */
function sharingFiles(overlaps: readonly Overlap[]): Overlap[][] {
  let groups: { overlaps: Overlap[]; files: Set<unknown> }[] = [];
  for (const overlap of overlaps) {
    const files = new Set<unknown>(overlap.pieces.map(({ file }) => file));
    const shared = groups.filter(
      (group) => group.overlaps[0].type === overlap.type && [...files].some((file) => group.files.has(file)),
    );
    groups = [
      ...groups.filter((group) => !shared.includes(group)),
      {
        overlaps: [...shared.flatMap((group) => group.overlaps), overlap],
        files: new Set([...shared.flatMap((group) => [...group.files]), ...files]),
      },
    ];
  }
  return groups.map((group) => group.overlaps);
}
