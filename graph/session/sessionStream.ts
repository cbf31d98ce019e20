/**
 * A contract-date as it happens: Silver and Gold side by side, fed record by record in pieces of any size, stopped and resumed
 * anywhere. What it yields in the end is what the batch stages publish.
 */
import type { TableBatch } from '../datasets/schema';
import type { MboBatch } from '../records/mbo';
import { GoldGraph, type SavedGold } from './goldGraph';
import type { OptionRecord } from '../options/inputs';
import type { SessionInputs } from './inputs';
import { SilverGraph, type SavedSilver } from './silverGraph';

export interface SavedSession {
  silver: SavedSilver;
  gold: SavedGold;
  /** Capture time of the last record, ns since the origin; null before any. */
  recv: number | null;
}

export class SessionStream {
  private silver: SilverGraph;
  private gold: GoldGraph;
  private latestRecv = -Infinity;
  /** Rows of Silver that Gold has seen and nobody has taken. */
  private waiting: TableBatch[] = [];

  constructor(inputs: SessionInputs) {
    this.silver = new SilverGraph(inputs);
    this.gold = new GoldGraph(inputs);
  }

  get frame() {
    return this.silver.frame;
  }

  /** Capture time of the last record of the future, ns since the origin; -Infinity before any. */
  get recv(): number {
    return this.latestRecv;
  }

  /** Pushes records `from` to `to` (default: all) of a batch, in order of capture; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    if (to <= from) return;
    this.silver.push(batch, from, to);
    this.gold.push(batch, from, to);
    this.latestRecv = this.frame.origin.offset(batch.tsRecvWords, to - 1);
  }

  /**
   * Pushes a record of the options on the contract. Records of the future and of its options come in the order of capture; at one
   * instant the future's first.
   */
  pushOption(record: OptionRecord): void {
    this.silver.pushOption(record);
  }

  /** Ends the session where the input ends. Nothing may be pushed afterwards. */
  finish(): void {
    this.silver.finish();
    this.handOver();
    this.gold.finish();
  }

  /** Rows completed since the last call, a batch a table. */
  take(): TableBatch[] {
    this.handOver();
    const { gold } = this;
    const taken = [...this.waiting, gold.takeEpisodes(), gold.takeOutcomes(), gold.takeVectors()];
    this.waiting = [];
    return taken;
  }

  /** Take the rows first: those not taken are not saved. */
  save(): SavedSession {
    const recv = Number.isFinite(this.latestRecv) ? this.latestRecv : null;
    return { silver: this.silver.save(), gold: this.gold.save(), recv };
  }

  /**
   * A session that goes on where the saved one stood.
   * @param inputs those of the saved session
   */
  static restore(saved: SavedSession, inputs: SessionInputs): SessionStream {
    const stream = new SessionStream(inputs);
    stream.silver = SilverGraph.restore(saved.silver, inputs);
    stream.gold = GoldGraph.restore(saved.gold, inputs);
    stream.latestRecv = saved.recv ?? -Infinity;
    return stream;
  }

  /** Gold reads the rows of Silver that are complete. */
  private handOver(): void {
    const { silver } = this;
    const rows = [
      silver.takeBars(),
      silver.takeVacuum(),
      silver.takeOptionFlow(),
      silver.takeOptionExposure(),
    ];
    this.gold.onSilver(rows);
    this.waiting.push(...rows, silver.takeLevels());
  }
}
