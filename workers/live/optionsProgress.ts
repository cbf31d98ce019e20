/**
 * What the packets about a product's options make of a session: rows of Bronze, and what its operators are given between the records of the
 * future, by time of capture. A record waits until a later one of the future comes; the row of a trade or statistic of an instrument that
 * has not been defined waits for its definition, and is set aside if none comes.
 */
import type { DeadLetters } from '../../activities/stages/deadLetters';
import { OPTION_KINDS, OptionRecords, type AboutOptions } from '../../activities/stages/optionRecords';
import type { Place } from '../../activities/stages/rawRuns';
import type { TableBatch } from '../../graph/datasets/schema';
import { encodeRecord, viewRecord, type RecordView } from '../../graph/dbn/record';
import type { DbnRecord } from '../../graph/dbn/records';
import type { OptionRecord } from '../../graph/options/inputs';
import { optionSymbol } from '../../graph/products/symbols';
import { optionChecks, type CheckResult } from '../../graph/quality/checks';
import { definitionFields } from '../../graph/records/definitionsTable';
import { statisticFields } from '../../graph/records/statisticsTable';
import type { SessionFrame } from '../../graph/session/inputs';
import type { MergedInput, OptionFeed } from '../../graph/session/optionReplay';
import { definitionRecord, optionTradeRecord, statisticRecord } from '../../graph/session/optionRecords';
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';
import { placeOf, type HubLetters } from './hubLetters';
import { PacketOrder } from './packetOrder';
import { PacketRecords } from './packetRecords';
import { isPoison, type PlacedEvent, type PlacedPacket } from './placed';
import { Repeats } from './repeats';

/** A record with its bytes in DBN version 3. */
interface Held {
  readonly bytes: Uint8Array;
  readonly place: Place;
  /** Whether its symbol tells that it is of no option. */
  readonly named: boolean;
}

/** One that waits for its time. */
interface Waiting {
  /** Capture time, ns since the origin. */
  readonly recv: number;
  /** Of what was captured at one instant: definitions first, then statistics, then trades. */
  readonly rank: number;
  readonly bytes: Uint8Array;
}

/** What became of the records about options. */
export interface OptionCounts {
  /** Came after the records of the future that were captured later. */
  readonly late: number;
  /** Events and records that could not be read. */
  readonly unreadable: number;
  /** Packets that never came. */
  readonly missed: number;
}

const RANK = { definition: 0, statistics: 1, trades: 2 } as const;

export class OptionsProgress implements Stateful, OptionFeed {
  private last = -1;
  private readonly order = new PacketOrder();
  private readonly records: OptionRecords;
  private readonly repeats: ReadonlyMap<(typeof OPTION_KINDS)[number], Repeats>;
  private waiting: Waiting[] = [];
  private sorted = true;
  /** Records of instruments without a definition, in the order they came. */
  private undefinedYet: Held[] = [];
  private late = 0;
  private unreadable = 0;
  private missed = 0;
  /** Capture time that the records of the future have come to, ns since the origin. */
  private reached = -Infinity;
  private readonly reader: PacketRecords;
  /** The packet that is read. */
  private current: PlacedPacket | undefined;

  constructor(
    private readonly frame: SessionFrame,
    letters: DeadLetters,
    private readonly hubLetters: HubLetters,
  ) {
    this.records = new OptionRecords(frame, letters);
    const { end } = frame.clock.session.window;
    this.repeats = new Map(OPTION_KINDS.map((kind) => [kind, new Repeats(end)]));
    this.reader = new PacketRecords({ record: (view) => this.push(view) }, (bytes, detail) =>
      this.setAside(this.current!, 'record_corrupt', bytes, detail),
    );
  }

  /** Sequence number of the last event taken; -1 before the first. */
  get position(): number {
    return this.last;
  }

  get counts(): OptionCounts {
    const { late, unreadable, missed } = this;
    return { late, unreadable, missed };
  }

  /** Whether all that a packet of a future says was before it has been taken. */
  hasTaken({ run, optionsBefore }: { run: bigint; optionsBefore: number }): boolean {
    return optionsBefore === 0 || this.order.hasCome(run, optionsBefore);
  }

  /** Takes an event that comes after those before. */
  take(event: PlacedEvent): void {
    this.last = event.sequence;
    if (isPoison(event)) return this.setAside(event, 'no_packet', event.body, event.fault);
    const { isNew, missed, beginsRun } = this.order.take(event.packet);
    this.missed += missed;
    if (beginsRun) for (const repeats of this.repeats.values()) repeats.beginRun();
    if (!isNew || event.packet.kind !== 'records') return;
    this.current = event;
    this.reader.read(event.packet);
  }

  get next(): number {
    this.sort();
    return this.waiting[0]?.recv ?? Infinity;
  }

  pushUntil(recv: number, session: MergedInput): void {
    this.sort();
    const found = this.waiting.findIndex((one) => one.recv >= recv);
    const due = this.waiting.splice(0, found < 0 ? this.waiting.length : found);
    for (const { bytes } of due) {
      const record = this.inputOf(viewRecord(bytes, 3).decode() as AboutOptions);
      if (record !== null) session.push({ kind: 'option', record });
    }
  }

  /** The records of the future have come to a capture time, ns UTC: of options, what was captured earlier and comes now is late. */
  reach(recv: bigint): void {
    this.reached = Math.max(this.reached, Number(recv - this.frame.origin.ns));
  }

  /** Nothing more comes: what has no definition is set aside. */
  end(): void {
    const left = this.undefinedYet;
    this.undefinedYet = [];
    for (const held of left) this.takeHeld(held);
  }

  checks(): CheckResult[] {
    return optionChecks(this.records.facts);
  }

  takeRows(): TableBatch[] {
    return this.records.takeRows();
  }

  save(out: StateWriter): void {
    out.section('options progress', 1);
    out.unsigned(this.last + 1);
    this.order.save(out);
    this.records.save(out);
    for (const repeats of this.repeats.values()) repeats.save(out);
    this.sort();
    out.unsigned(this.waiting.length);
    for (const { recv, rank, bytes } of this.waiting) {
      out.double(recv);
      out.unsigned(rank);
      out.bytes(bytes);
    }
    out.unsigned(this.undefinedYet.length);
    for (const { bytes, place, named } of this.undefinedYet) {
      out.bytes(bytes);
      out.text(place.source);
      out.unsigned(place.offset);
      out.boolean(named);
    }
    out.doubles([this.late, this.unreadable, this.missed, this.reached]);
  }

  restore(from: StateReader): void {
    from.section('options progress', 1);
    this.last = from.unsigned() - 1;
    this.order.restore(from);
    this.records.restore(from);
    for (const repeats of this.repeats.values()) repeats.restore(from);
    this.waiting = listOf(from, () => ({
      recv: from.double(),
      rank: from.unsigned(),
      bytes: from.bytes().slice(),
    }));
    this.sorted = true;
    this.undefinedYet = listOf(from, () => ({
      bytes: from.bytes().slice(),
      place: { source: from.text(), offset: from.unsigned() },
      named: from.boolean(),
    }));
    [this.late, this.unreadable, this.missed, this.reached] = from.doubles(4);
  }

  private push(view: RecordView): void {
    const kind = OPTION_KINDS.find((one) => one === view.type);
    if (kind === undefined) return;
    const repeats = this.repeats.get(kind)!;
    const captured = { tsRecv: [view.tsRecv!], length: 1 };
    if (repeats.countIn(captured) > 0) return;
    repeats.note(captured, 0);
    this.records.facts.fileRecords++;
    const place = placeOf(this.current!);
    if (kind !== 'definition' && !this.records.isDefined(view.instrumentId)) {
      const symbol = this.symbolOf(view.instrumentId);
      const isOption = symbol !== undefined && optionSymbol(symbol) !== null;
      if (this.records.isWithin(view.tsRecv!)) {
        const named = symbol !== undefined && !isOption;
        this.undefinedYet.push({ bytes: currentForm(view), place, named });
        // A batch has its row by then, and gives it to the operators at its time: they see that options trade.
        if (isOption) this.enqueue(view);
      } else this.records.facts.outsideWindow++;
      return;
    }
    this.use(view, place);
    if (kind === 'definition') this.defineWaiting(view.instrumentId);
  }

  private symbolOf(id: number): string | undefined {
    return this.current?.packet.instruments.find((one) => one.id === id)?.symbol;
  }

  private use(view: RecordView, place: Place): void {
    if (this.records.take(view, place, () => false) === 'used') this.enqueue(view);
  }

  private enqueue(view: RecordView): void {
    const recv = Number(view.tsRecv! - this.frame.origin.ns);
    if (recv < this.reached) this.late++;
    const rank = RANK[view.type as AboutOptions['type']];
    this.sorted &&= !(this.waiting.length > 0 && before({ recv, rank }, this.waiting.at(-1)!));
    this.waiting.push({ recv, rank, bytes: currentForm(view) });
  }

  /** Rows of what an instrument had before its definition: the operators have been given it at its time. */
  private defineWaiting(id: number): void {
    const own: Held[] = [];
    this.undefinedYet = this.undefinedYet.filter((held) => {
      const isOwn = viewRecord(held.bytes, 3).instrumentId === id;
      if (isOwn) own.push(held);
      return !isOwn;
    });
    for (const held of own) this.takeHeld(held);
  }

  private takeHeld({ bytes, place, named }: Held): void {
    this.records.take(viewRecord(bytes, 3), place, () => named);
  }

  private inputOf(record: AboutOptions): OptionRecord | null {
    const { tsRecv } = record;
    if (record.type === 'definition')
      return definitionRecord({ ...definitionFields(record), tsRecv }, this.frame);
    return record.type === 'statistics'
      ? statisticRecord(statisticFields(record))
      : optionTradeRecord(record, this.frame);
  }

  private setAside(
    event: PlacedEvent,
    reason: 'no_packet' | 'record_corrupt',
    bytes: Uint8Array,
    detail: string,
  ): void {
    this.unreadable++;
    this.hubLetters.add('options', event, reason, bytes, { detail });
  }

  private sort(): void {
    if (!this.sorted) this.waiting.sort((a, b) => a.recv - b.recv || a.rank - b.rank);
    this.sorted = true;
  }
}

const before = (a: Pick<Waiting, 'recv' | 'rank'>, b: Pick<Waiting, 'recv' | 'rank'>): boolean =>
  a.recv < b.recv || (a.recv === b.recv && a.rank < b.rank);

/** Its bytes in DBN version 3, a copy. */
const currentForm = (view: RecordView): Uint8Array => {
  const record: DbnRecord = view.decode();
  return encodeRecord({ ...record, tsOut: undefined });
};

function listOf<Item>(from: StateReader, item: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = from.unsigned(); left > 0; left--) items.push(item());
  return items;
}
