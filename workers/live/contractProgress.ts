/**
 * How far a contract's session has come through what the hub brings of it: which packets have been taken, what their records made of the
 * operators, and what of that waits to be written. Nothing here does I/O: the same events in the same order give the same state and rows.
 */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { encodeRecord, viewRecord } from '../../graph/dbn/record';
import { UNMAPPED } from '../../graph/feed/packer';
import type { Packet } from '../../graph/feed/packet';
import { BRONZE_CHECKS, type CheckResult } from '../../graph/quality/checks';
import { LETTER_TYPES } from '../../graph/records/deadLettersTable';
import type { MboBatch } from '../../graph/records/mbo';
import { isKnownTime } from '../../graph/records/validate';
import { frameOf, type SessionFrame, type SessionInputs } from '../../graph/session/inputs';
import type { SessionEvent } from '../../graph/session/operators';
import { saveState } from '../../graph/state/blob';
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';
import { RawSession } from '../../graph/stream/rawSession';
import { FeedTally, type FeedCounts } from './feedTally';
import { placeOf } from './hubLetters';
import type { OpeningBook } from './layersFollowed';
import { OptionsProgress } from './optionsProgress';
import { PacketOrder } from './packetOrder';
import { PacketRecords } from './packetRecords';
import { isPoison, type PlacedEvent, type PlacedPacket } from './placed';
import { Repeats } from './repeats';
import { SessionCapture, type CapturedPart } from './sessionCapture';

const NOTHING_SEEN: SeenPositions = { options: -1, aside: -1 };

/** How far the partitions have been seen whose events are rare, everything up to there taken; -1 where that is not known. */
export interface SeenPositions {
  readonly options: number;
  readonly aside: number;
}

/** Sequence numbers of the last event taken of each lane; -1 before the first. */
export interface Positions {
  readonly contract: number;
  readonly options: number;
  readonly aside: number;
}

export class ContractProgress implements Stateful {
  readonly options: OptionsProgress;
  /** Whether the options lag so far behind that they are not waited for. */
  apart = false;
  /** Records since `news` was asked last. */
  pending = 0;
  private readonly tally = new FeedTally();
  private readonly session: RawSession;
  private readonly capture: SessionCapture;
  private readonly order = new PacketOrder();
  private readonly repeats: Repeats;
  private readonly reader: PacketRecords;
  /** The packet that is read. */
  private current: PlacedPacket | undefined;
  private last = -1;
  private lastAside = -1;
  private seen = NOTHING_SEEN;
  /** Whether the last packet with a time was of the trade date: what tells no time is of that of the packet before it. */
  private within = true;
  private openingTaken = false;
  private ended = false;
  private endChecks: CheckResult[] = [];

  /** @param tickNanos the contract's tick, 1e-9 */
  constructor(inputs: SessionInputs, { computations }: DatasetGraph, tickNanos: number) {
    const frame = frameOf(inputs);
    this.capture = new SessionCapture(tickNanos);
    this.repeats = new Repeats(frame.clock.session.window.end);
    this.options = new OptionsProgress(frame, this.capture.letters, this.capture.hubLetters);
    this.session = new RawSession(inputs, computations, this.capture, this.options);
    this.reader = new PacketRecords({ mbo: (batch) => this.push(batch) }, (bytes, detail) =>
      this.setAside(this.current!, 'record_corrupt', bytes, detail),
    );
  }

  get frame(): SessionFrame {
    return this.session.frame;
  }

  get counts(): Readonly<FeedCounts> {
    return this.tally.counts;
  }

  get positions(): Positions {
    return { contract: this.last, options: this.options.position, aside: this.lastAside };
  }

  /** From where on events have to come that have not been taken. */
  get beginnings(): Positions {
    const { contract, options, aside } = this.positions;
    return {
      contract,
      options: Math.max(options, this.seen.options),
      aside: Math.max(aside, this.seen.aside),
    };
  }

  /** Nothing up to there has been left: a worker after this one need not look. */
  noteSeen(seen: SeenPositions): void {
    this.seen = seen;
  }

  /** Whether anything of the trade date has come. */
  get hasBegun(): boolean {
    return this.session.hasBegun;
  }

  /** Whether the session is over. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Datasets whose records have come. */
  get datasets(): string[] {
    return this.tally.datasets;
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.capture.records;
  }

  /** Whether packets about options have to be taken before an event of the contract is. */
  needsOptions(event: PlacedEvent): boolean {
    return (
      !this.apart && !isPoison(event) && this.isOwn(event.packet) && !this.options.hasTaken(event.packet)
    );
  }

  /** Takes an event that comes after all those before; a packet of another contract only moves the position. */
  take(event: PlacedEvent): void {
    this.last = event.sequence;
    if (isPoison(event)) {
      if (this.within) this.setAside(event, 'no_packet', event.body, event.fault);
      return;
    }
    const { packet } = event;
    if (!this.isOwn(packet)) return;
    const { isNew, missed, beginsRun } = this.order.take(packet);
    if (!isNew) {
      this.tally.counts.duplicates++;
      return;
    }
    if (beginsRun) this.repeats.beginRun();
    this.placeInTime(packet);
    if (this.within) this.tally.counts.missing += missed;
    this.tally.counts.packets++;
    if (packet.kind === 'gap' && this.within) this.tally.noteGap(packet);
    if (packet.kind === 'records') this.follow(event);
  }

  /** What became known by the events taken since this was asked last. */
  news(): SessionEvent[] {
    this.pending = 0;
    return this.captured(this.session.take());
  }

  /** Takes an event about options that comes after all those before. */
  takeOption(event: PlacedEvent): void {
    this.options.take(event);
    this.capture.addRows(this.options.takeRows());
  }

  /** Takes an event of what the feed has set aside. */
  takeAside(event: PlacedEvent): void {
    this.lastAside = event.sequence;
    if (isPoison(event)) {
      if (this.within) this.setAside(event, 'no_packet', event.body, event.fault, 'aside');
      return;
    }
    const { packet } = event;
    const { start, end } = this.frame.clock.session.window;
    const recv = packet.firstTsRecv;
    if (packet.kind !== 'dead_letter' || (isKnownTime(recv) && (recv <= start || recv > end))) return;
    const reason = packet.reason === UNMAPPED ? 'symbol_unmapped' : 'no_envelope';
    const { bytes, said } = recordOf(packet);
    this.capture.hubLetters.add('aside', event, reason, bytes, { said });
  }

  /** The session ends here: outcomes that are open end with the data. */
  end(): SessionEvent[] {
    this.ended = true;
    this.options.end();
    const events = this.session.end();
    this.endChecks = events.flatMap((event) =>
      event.kind === 'check' && BRONZE_CHECKS.includes(event.check.check) ? event.check : [],
    );
    return this.captured(events);
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

  /** What was found about the data of Bronze so far; after the end, all of it. */
  checks(): CheckResult[] {
    return [
      ...this.endChecks,
      ...(this.ended ? this.options.checks() : []),
      ...this.tally.checks(this.options.counts),
    ];
  }

  /** Between parts, after all news: what waits to be written is not saved. */
  save(out: StateWriter): void {
    out.section('contract progress', 4);
    out.unsigned(this.last + 1);
    for (const at of [this.lastAside, this.seen.options, this.seen.aside]) out.unsigned(at + 1);
    for (const is of [this.apart, this.within, this.openingTaken, this.ended]) out.boolean(is);
    this.tally.save(out);
    this.order.save(out);
    this.repeats.save(out);
    this.options.save(out);
    this.session.save(out);
  }

  restore(from: StateReader): void {
    from.section('contract progress', 4);
    this.last = from.unsigned() - 1;
    this.lastAside = from.unsigned() - 1;
    this.seen = { options: from.unsigned() - 1, aside: from.unsigned() - 1 };
    this.apart = from.boolean();
    this.within = from.boolean();
    this.openingTaken = from.boolean();
    this.ended = from.boolean();
    this.tally.restore(from);
    this.order.restore(from);
    this.repeats.restore(from);
    this.options.restore(from);
    this.session.restore(from);
  }

  private isOwn(packet: Packet): boolean {
    return packet.contract === this.frame.contract;
  }

  private follow(event: PlacedPacket): void {
    const { packet } = event;
    this.tally.noteRecords(packet, this.apart);
    this.pending += packet.count;
    this.capture.place(placeOf(event));
    this.current = event;
    this.reader.read(packet);
    this.options.reach(packet.lastTsRecv);
  }

  private captured(events: SessionEvent[]): SessionEvent[] {
    this.capture.add(events);
    return events;
  }

  private placeInTime({ lastTsRecv: recv }: Packet): void {
    const { start, end } = this.frame.clock.session.window;
    if (isKnownTime(recv)) this.within = recv > start && recv <= end;
  }

  private setAside(
    event: PlacedEvent,
    reason: 'no_packet' | 'record_corrupt',
    bytes: Uint8Array,
    detail: string,
    lane: 'contract' | 'aside' = 'contract',
  ): void {
    this.tally.counts.unreadable++;
    this.capture.hubLetters.add(lane, event, reason, bytes, { detail });
  }

  private push(batch: MboBatch): void {
    const from = this.repeats.countIn(batch);
    this.tally.counts.repeated += from;
    this.repeats.note(batch, from);
    if (from < batch.length) this.session.push({ kind: 'records', batch, from, to: batch.length });
  }
}

/** The record that a feed has set aside, in DBN version 3 where it is one. */
function recordOf({ records, dbnVersion, firstTsRecv: tsRecv }: Packet) {
  try {
    const record = viewRecord(records, dbnVersion).decode();
    const recordType = LETTER_TYPES.find((type) => type === record.type) ?? 'event';
    return { bytes: encodeRecord(record), said: { recordType, tsRecv, instrumentId: record.instrumentId } };
  } catch {
    return { bytes: records, said: undefined };
  }
}
