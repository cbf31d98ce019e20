/**
 * Everything a screen may show of one contract-date, as it became known: the market as it is now, how depth lay second by second, and the
 * log of bars, levels, episodes and answers. Live it grows with the feed; of a session of the lake it is made in one pass, and whoever
 * plays it back begins at a checkpoint and reads the log up to his time: nothing that became known later is shown.
 */
import { RecordCoverage } from '../levels/coverage';
import { LevelTracker } from '../levels/levelTracker';
import { Action, Flag, tellsTime, type MboBatch } from '../records/mbo';
import type { TradeTick } from '../records/tradeTick';
import { PriceScale } from '../book/priceScale';
import type { SessionFrame } from '../session/inputs';
import type { SessionEvent } from '../session/operators';
import { saveState } from '../state/blob';
import type { InferenceResult } from '../scoring/inferenceResult';
import { subjectOf } from '../scoring/subject';
import { AlertWatch } from './alertWatch';
import { DepthHistory } from './depthHistory';
import { MarketView } from './marketView';
import type { SessionMessage } from './messages';
import { NS_PER_SECOND } from '../market/time';
import { levelsMessage, messagesOf } from './sessionMessages';

/** Something that became known. */
export interface LogEntry {
  /** Capture time by which it was, ns since the origin; never less than that of the entry before. */
  readonly at: number;
  readonly message: SessionMessage;
}

/** The market as it was after so many records. */
export interface Checkpoint {
  readonly at: number;
  readonly records: number;
  readonly state: Uint8Array;
}

/** Records from one checkpoint to the next: played back in a fraction of a second. */
const CHECKPOINT_RECORDS = 150_000;

export class Tape {
  readonly depth = new DepthHistory();
  readonly log: LogEntry[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly view: MarketView;
  private readonly levels: LevelTracker;
  private readonly alerts: AlertWatch;
  private readonly coverage: RecordCoverage;
  private readonly scale: PriceScale;
  private readonly trade: TradeTick = { t: 0, recv: 0, price: 0 };
  /** How many levels there were when they were told last, and whether one has moved since. */
  private levelsTold = 0;
  private moved = false;

  /** @param frame with the opening book, if there is one */
  constructor(readonly frame: SessionFrame) {
    const { product, origin, clock, settings, previousDay, openingBook } = frame;
    const { tickNanos } = product;
    this.view = new MarketView({ tickNanos, origin, openingBook });
    this.scale = new PriceScale(tickNanos);
    this.alerts = new AlertWatch(tickNanos);
    const coverage = (this.coverage = new RecordCoverage(clock));
    this.levels = new LevelTracker({ clock, product, settings: settings.levels, previousDay, coverage });
    this.checkpoint();
  }

  /** Capture time of the last record, ns since the origin; NaN before the first. */
  get at(): number {
    return this.view.capturedAt;
  }

  /** Follows records of the session's window. */
  records(batch: MboBatch, from: number, to: number): void {
    const { origin } = this.frame;
    let pushed = from;
    for (let i = from; i < to; i++) {
      const recv = origin.offset(batch.tsRecvWords, i);
      if (recv < this.depth.end + NS_PER_SECOND) continue;
      // A second is over: depth is as it was until then.
      this.view.push(batch, pushed, i);
      this.depth.advanceTo(recv, this.view);
      pushed = i;
    }
    this.view.push(batch, pushed, to);
    this.followLevels(batch, from, to);
    if (this.view.records - this.checkpoints[this.checkpoints.length - 1].records >= CHECKPOINT_RECORDS)
      this.checkpoint();
  }

  /** Takes note of what the operators of the session have found. */
  events(events: readonly SessionEvent[]): void {
    for (const message of messagesOf(events, this.frame, this.at)) this.tell(message);
    for (const event of events)
      if (event.kind === 'vector' || event.kind === 'approach_vector')
        this.alerts.noticed(subjectOf(event, this.frame), this.at);
    for (const alert of this.alerts.due(this.at)) this.tell({ kind: 'alert', alert });
    const { levels } = this.levels;
    if (!this.moved && levels.length === this.levelsTold) return;
    this.moved = false;
    this.levelsTold = levels.length;
    const message = levelsMessage(levels, this.at);
    if (message.levels.length > 0) this.tell(message);
  }

  answer(result: InferenceResult): void {
    this.tell({ kind: 'answer', at: this.at, result });
    const alert = this.alerts.answered(result);
    if (alert) this.tell({ kind: 'alert', alert });
  }

  /** The last checkpoint at or before a time of capture, or the first. */
  checkpointBefore(at: number): Checkpoint {
    return this.checkpoints.findLast((checkpoint) => checkpoint.at <= at) ?? this.checkpoints[0];
  }

  /** Entries known by a time of capture. */
  knownBy(at: number): readonly LogEntry[] {
    return this.log.slice(0, this.countBy(at));
  }

  /** How many entries are known by a time of capture. */
  countBy(at: number): number {
    let [low, high] = [0, this.log.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.log[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private tell(message: SessionMessage): void {
    this.log.push({ at: this.at, message });
  }

  private checkpoint(): void {
    const { view } = this;
    const at = Number.isNaN(this.at) ? -Infinity : this.at;
    this.checkpoints.push({ at, records: view.records, state: saveState(view) });
  }

  /** As the operators of Gold do; see there. */
  private followLevels(batch: MboBatch, from: number, to: number): void {
    const { coverage, levels, trade, scale } = this;
    const { origin } = this.frame;
    for (let i = from; i < to; i++) {
      trade.recv = origin.offset(batch.tsRecvWords, i);
      if (tellsTime(batch.flags[i])) coverage.captured(trade.recv);
      if ((batch.flags[i] & Flag.Snapshot) !== 0 || batch.action[i] === Action.Clear) continue;
      trade.t = origin.offset(batch.tsEventWords, i);
      levels.advanceTo(trade.t);
      if (batch.action[i] !== Action.Trade) continue;
      trade.price = scale.ticks(batch.priceWords, i);
      levels.push(trade);
    }
    if (levels.take().length > 0) this.moved = true;
  }
}
