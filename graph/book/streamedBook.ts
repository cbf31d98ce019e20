/**
 * The phase of a book in its stream: whether it is complete, whether a snapshot is being read, where events end. An event ends with
 * F_LAST; of a feed that lacks it, where the next `ts_event` begins.
 */
import { Action, Flag, type MboBatch } from '../records/mbo';
import type { TimeOrigin } from '../market/time';
import { type BookState, Phase, Spread, type SpreadKind, STATE_OF } from './bookState';
import { BookView } from './bookView';
import { BookQuality } from './quality';
import { RestingOrders } from './restingOrders';
import { ASK, BID } from './side';
import { auditSnapshot } from './snapshotAudit';

/** Instead of a snapshot's time of capture: it opened with R. */
const SINCE_CLEAR = -1n;

export class StreamedBook extends BookView {
  readonly quality = new BookQuality();

  /** The touch at the last end of an event. */
  spread: SpreadKind = Spread.Open;
  /** Time of the last end of an event: its ts_event, but ts_recv where it closed a snapshot; ns since the origin, NaN before any. */
  eventAt = NaN;
  /** Whether more of the event of the last record may come: it bore no F_LAST. Never within a snapshot, nor after a clear. */
  inEvent = false;

  /** @internal ts_event of the last record, as words. */
  readonly eventWords = new Uint32Array(2);
  /** @internal */
  phase: number = Phase.Empty;
  /** @internal The live book that the snapshot being read will be compared with. */
  beforeSnapshot: RestingOrders | null = null;
  /** @internal ts_recv of the snapshot read last, `SINCE_CLEAR` if R opened it. */
  snapshotRecv = 0n;
  /** @internal */
  lastSequence = 0;

  constructor(readonly origin: TimeOrigin) {
    super();
  }

  /** ts_event of the last record, ns since the Unix epoch; 0 before any. */
  get tsEvent(): bigint {
    return (BigInt(this.eventWords[1]) << 32n) | BigInt(this.eventWords[0]);
  }

  get state(): BookState {
    return STATE_OF[this.phase];
  }

  /**
   * Whether record `i` begins another event although F_LAST did not end the one before: its `ts_event` is another, and all records
   * of an event have the same. (Their `sequence` may differ: a long event takes several packets.) Ask before `apply`.
   */
  beginsAfterUnmarkedEnd(batch: MboBatch, i: number): boolean {
    if (!this.inEvent) return false;
    const { eventWords } = this;
    return (
      batch.tsEventWords[2 * i] !== eventWords[0] ||
      batch.tsEventWords[2 * i + 1] !== eventWords[1] ||
      (batch.flags[i] & Flag.Snapshot) !== 0
    );
  }

  /** Ends the event of the last record where no F_LAST does. */
  endUnmarkedEvent(): void {
    this.inEvent = false;
    this.quality.unmarkedEnds++;
    this.noteState(this.origin.offset(this.eventWords, 0));
  }

  /** Moves between the phases of a stream before its next record is applied. */
  protected turn(batch: MboBatch, i: number): void {
    const flags = batch.flags[i];
    if ((flags & Flag.Snapshot) !== 0) this.turnToSnapshot(batch, i);
    else if (this.phase === Phase.Snapshot) this.endSnapshot();
    else if (this.phase === Phase.Empty) this.phase = Phase.Warming;
    if ((flags & Flag.Snapshot) === 0 && this.phase === Phase.Audited) this.phase = Phase.Live;

    if ((flags & Flag.MaybeBadBook) === 0) return;
    this.quality.maybeBadBook++;
    if (this.phase !== Phase.Live) return;
    this.quality.gaps++;
    this.phase = Phase.Warming;
  }

  /**
   * A snapshot is a run of flagged records, with or without R before and F_LAST behind. Where R marks the beginning, the
   * next one begins at the next R; where it does not, with the first record captured at another time.
   */
  private turnToSnapshot(batch: MboBatch, i: number): void {
    const cleared = batch.action[i] === Action.Clear;
    const reading = this.phase === Phase.Snapshot || this.phase === Phase.Audited;
    const isMore = this.snapshotRecv === SINCE_CLEAR || this.snapshotRecv === batch.tsRecv[i];
    if (!(reading && isMore) || cleared) {
      this.quality.snapshots++;
      this.snapshotRecv = cleared ? SINCE_CLEAR : batch.tsRecv[i];
      if (this.phase === Phase.Live || this.phase === Phase.Audited) this.beforeSnapshot = this.resting;
      this.resting = new RestingOrders();
    }
    this.phase = Phase.Snapshot;
  }

  private endSnapshot(): void {
    this.phase = Phase.Audited;
    if (this.beforeSnapshot) auditSnapshot(this.beforeSnapshot, this.resting, this.quality);
    this.beforeSnapshot = null;
  }

  protected checkSequence(sequence: number): void {
    if (sequence < this.lastSequence) this.quality.sequenceBackwards++;
    this.lastSequence = sequence;
  }

  protected endEvent(batch: MboBatch, i: number, at: number): void {
    let now = at;
    if ((batch.flags[i] & Flag.Snapshot) !== 0) {
      // Snapshot records carry the ts_event of the order's last move, which may be weeks old.
      now = this.origin.offset(batch.tsRecvWords, i);
      if (this.phase === Phase.Snapshot) this.endSnapshot();
    }
    this.noteState(now);
  }

  /** Takes note of the touch at the end of an event. */
  private noteState(now: number): void {
    const { quality } = this;
    if (this.spread === Spread.Crossed) quality.crossedNs += Math.max(0, now - this.eventAt);
    this.eventAt = now;
    const bid = this.bestPrice(BID);
    const ask = this.bestPrice(ASK);
    this.spread = bid > ask ? Spread.Crossed : bid === ask ? Spread.Locked : Spread.Open;
    if (this.spread === Spread.Open) return;
    if (this.spread === Spread.Locked) quality.locked++;
    else {
      quality.crossed++;
      if (Number.isNaN(quality.firstCrossedAt)) quality.firstCrossedAt = now;
      quality.lastCrossedAt = now;
    }
  }
}
