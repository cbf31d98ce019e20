/**
 * How far a contract's session has come through its packets: which of them have been taken, what their records made of the operators, and
 * what of that waits to be written. Nothing here does I/O: the same messages give the same state and rows.
 */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { DbnDecoder } from '../../graph/dbn/decoder';
import { fileMetadata } from '../../graph/dbn/metadata';
import type { Packet } from '../../graph/feed/packet';
import type { MboBatch } from '../../graph/records/mbo';
import type { SessionFrame, SessionInputs } from '../../graph/session/inputs';
import type { SessionEvent } from '../../graph/session/operators';
import { saveState } from '../../graph/state/blob';
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';
import { RawSession } from '../../graph/stream/rawSession';
import type { OpeningBook } from './layersFollowed';
import { Repeats } from './repeats';
import { SessionCapture, type CapturedPart } from './sessionCapture';

/** A packet of the feed, and its place in the partition. */
export interface PlacedPacket {
  /** Rises from event to event. */
  readonly sequence: number;
  readonly packet: Packet;
  /** When it came in, ns UTC. */
  readonly received: bigint;
}

/** What became of the packets so far. */
export interface FeedCounts {
  packets: number;
  records: number;
  /** Sent more than once by the feed, and left out. */
  duplicates: number;
  /** Records that a feed that was started anew sent again: left out as well. */
  repeated: number;
  /** Packets that never came, and gaps the feed told of. */
  missing: number;
}

/** Packets carry no metadata: they say what is needed of it. */
const RECORDS_ALONE = { dataset: '', schema: null, start: 0n, end: null, symbols: [] };

export class ContractProgress implements Stateful {
  readonly counts: FeedCounts = { packets: 0, records: 0, duplicates: 0, repeated: 0, missing: 0 };
  private readonly session: RawSession;
  private readonly capture: SessionCapture;
  private readonly repeats = new Repeats();
  private readonly decoders = new Map<string, DbnDecoder>();
  private last = -1;
  /** The feed's run whose packets come, and the number of the next. */
  private run = 0n;
  private next = 0;
  private openingTaken = false;
  private ended = false;

  /** @param tickNanos the contract's tick, 1e-9 */
  constructor(inputs: Omit<SessionInputs, 'openingBook'>, { computations }: DatasetGraph, tickNanos: number) {
    this.capture = new SessionCapture(tickNanos);
    this.session = new RawSession(inputs, computations, this.capture);
  }

  get frame(): SessionFrame {
    return this.session.frame;
  }

  /** Sequence number of the last packet taken; -1 before the first. */
  get position(): number {
    return this.last;
  }

  /** Whether anything of the trade date has come. */
  get hasBegun(): boolean {
    return this.session.hasBegun;
  }

  /** Whether the session is over. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.capture.records;
  }

  /**
   * Takes a packet that comes after all those before; one of another contract only moves the position.
   * @returns what became known by it
   * @throws SpymasterError CorruptDbn
   */
  take({ packet, sequence }: PlacedPacket): SessionEvent[] {
    this.last = sequence;
    if (packet.contract !== this.frame.contract || !this.isNew(packet)) return [];
    this.counts.packets++;
    if (packet.kind !== 'records') {
      this.counts.missing++;
      return [];
    }
    this.counts.records += packet.count;
    this.capture.place({ source: 'mbo_raw', offset: sequence });
    this.decoderOf(packet).push(packet.records);
    return this.captured(this.session.take());
  }

  /** The session ends here: outcomes that are open end with the data. */
  end(): SessionEvent[] {
    this.ended = true;
    return this.captured(this.session.end());
  }

  /** Records and rows since the last part. */
  takePart(): CapturedPart {
    return this.capture.take();
  }

  /** The book at the start of the window, once: as soon as the window has begun. */
  takeOpening(): OpeningBook | undefined {
    if (this.openingTaken || !this.session.hasBegun) return undefined;
    this.openingTaken = true;
    const { openingBook } = this.session;
    return openingBook && { orders: openingBook.orderCount, state: saveState(openingBook) };
  }

  /** Between parts: what waits to be written is not saved. */
  save(out: StateWriter): void {
    const { packets, records, duplicates, repeated, missing } = this.counts;
    out.section('contract progress', 1);
    out.unsigned(this.last + 1);
    out.signed(this.run);
    out.unsigned(this.next);
    out.boolean(this.openingTaken);
    out.boolean(this.ended);
    out.doubles([packets, records, duplicates, repeated, missing]);
    this.repeats.save(out);
    this.session.save(out);
  }

  restore(from: StateReader): void {
    from.section('contract progress', 1);
    this.last = from.unsigned() - 1;
    this.run = from.signed();
    this.next = from.unsigned();
    this.openingTaken = from.boolean();
    this.ended = from.boolean();
    const [packets, records, duplicates, repeated, missing] = from.doubles(5);
    Object.assign(this.counts, { packets, records, duplicates, repeated, missing });
    this.repeats.restore(from);
    this.session.restore(from);
  }

  private captured(events: SessionEvent[]): SessionEvent[] {
    this.capture.add(events);
    return events;
  }

  /** Packets of a run are numbered: one that comes again is left out, and those that are skipped are missed. */
  private isNew({ run, number }: Packet): boolean {
    if (run === this.run && number < this.next) {
      this.counts.duplicates++;
      return false;
    }
    // The first of a run may have come before the session was followed.
    if (run === this.run) this.counts.missing += number - this.next;
    else this.repeats.beginRun();
    this.run = run;
    this.next = number + 1;
    return true;
  }

  private decoderOf({ dbnVersion: version, tsOut }: Packet): DbnDecoder {
    const key = `${version} ${tsOut}`;
    let decoder = this.decoders.get(key);
    if (!decoder) {
      const metadata = fileMetadata({ ...RECORDS_ALONE, version, tsOut });
      const mbo = (batch: MboBatch) => this.push(batch);
      this.decoders.set(key, (decoder = new DbnDecoder({ mbo }, { metadata })));
    }
    return decoder;
  }

  private push(batch: MboBatch): void {
    const from = this.repeats.countIn(batch);
    this.counts.repeated += from;
    this.repeats.note(batch, from);
    if (from < batch.length) this.session.push({ kind: 'records', batch, from, to: batch.length });
  }
}
