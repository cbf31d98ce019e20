/** The rebuilt book watched record by record: when it was crossed, and how it compared with the venue's snapshots. */
import { Spread } from '../book/bookState';
import type { OrderBook } from '../book/orderBook';
import { BookQuality, QUALITY_COUNTERS, type QualityCounter } from '../book/quality';
import { SessionCode } from '../market/calendar';
import { NS_PER_SECOND } from '../market/time';
import type { DateFrame } from '../products/dateFrame';

/** A stretch of time. */
export interface Stretch {
  /** ns UTC. */
  from: bigint;
  seconds: number;
}

/** A snapshot of the venue, and what of the rebuilt book differed from it. */
export interface SnapshotAudit {
  /** Capture time, ns UTC. */
  at: bigint;
  /** False where the book was empty or warming: there was nothing to compare. */
  audited: boolean;
  /** Orders of book and snapshot together. */
  orders: number;
  missing: number;
  extra: number;
  changed: number;
  levelsDiffering: number;
  queuesDiffering: number;
}

const AUDITED = [
  'auditedOrders',
  'ordersMissing',
  'ordersExtra',
  'ordersChanged',
  'levelsDiffering',
  'queuesDiffering',
] as const;

export class BookWatch {
  /** States at F_LAST while Globex trades, those that were locked or crossed, and the spells the crossed make up. */
  tradingStates = 0;
  lockedStates = 0;
  crossedStates = 0;
  readonly crossedSpells: Stretch[] = [];
  readonly snapshots: SnapshotAudit[] = [];
  /** Since when the book is crossed, ns since the origin; NaN while it is not. */
  private crossedSince = NaN;
  /** Counters at the start: those of a saved book do not begin at zero. */
  private readonly start: BookQuality;
  private snapshotsSeen: number;
  private auditsSeen: number;
  private audited: number[];

  constructor(
    private readonly book: OrderBook,
    private readonly frame: DateFrame,
  ) {
    this.start = Object.assign(new BookQuality(), book.quality);
    this.snapshotsSeen = this.start.snapshots;
    this.auditsSeen = this.start.auditedSnapshots;
    this.audited = this.auditCounters();
  }

  /**
   * A record has been applied.
   * @param recv its capture time, ns since the origin
   */
  afterRecord(recv: number): void {
    const { quality } = this.book;
    if (quality.snapshots !== this.snapshotsSeen) {
      this.snapshotsSeen = quality.snapshots;
      const none = { orders: 0, missing: 0, extra: 0, changed: 0, levelsDiffering: 0, queuesDiffering: 0 };
      this.snapshots.push({ at: this.frame.origin.absolute(recv), audited: false, ...none });
    }
    if (quality.auditedSnapshots === this.auditsSeen) return;
    this.auditsSeen = quality.auditedSnapshots;
    const counts = this.auditCounters();
    const [orders, missing, extra, changed, levelsDiffering, queuesDiffering] = counts.map(
      (count, k) => count - this.audited[k],
    );
    this.audited = counts;
    const audit = { audited: true, orders, missing, extra, changed, levelsDiffering, queuesDiffering };
    Object.assign(this.snapshots[this.snapshots.length - 1], audit);
  }

  /**
   * An event has ended.
   * @param t its time, ns since the origin
   */
  afterEvent(t: number): void {
    const trading = this.frame.clock.codeAt(t) !== SessionCode.Halt;
    const crossed = trading && this.book.spread === Spread.Crossed;
    if (trading) this.tradingStates++;
    if (trading && this.book.spread === Spread.Locked) this.lockedStates++;
    if (!crossed) {
      this.endSpell(t);
      return;
    }
    this.crossedStates++;
    if (Number.isNaN(this.crossedSince)) this.crossedSince = t;
  }

  /** Ends the spell that is open. Call once. */
  finish(): void {
    this.endSpell(this.book.eventAt);
  }

  /** Counters of the book that rose. */
  counters(): Partial<Record<QualityCounter, number>> {
    const counts: Partial<Record<QualityCounter, number>> = {};
    for (const name of QUALITY_COUNTERS) {
      const rise = this.book.quality[name] - this.start[name];
      // Two of them are instants, not counts.
      if (rise > 0 && !name.endsWith('At')) counts[name] = rise;
    }
    return counts;
  }

  private endSpell(t: number): void {
    if (Number.isNaN(this.crossedSince)) return;
    const from = this.frame.origin.absolute(this.crossedSince);
    this.crossedSpells.push({ from, seconds: (t - this.crossedSince) / NS_PER_SECOND });
    this.crossedSince = NaN;
  }

  private auditCounters(): number[] {
    return AUDITED.map((name) => this.book.quality[name]);
  }
}
