/**
 * A contract-date as it happens: Silver and Gold side by side, fed record by record in pieces of any size, stopped and resumed
 * anywhere. What it yields in the end is what the batch stages publish.
 */
import type { TableBatch } from '../datasets/schema';
import type { MboBatch } from '../records/mbo';
import { restoreState, saveState } from '../state/codec';
import { GoldGraph } from './goldGraph';
import type { SessionInputs } from './inputs';
import { OptionFeed, pushMerged, type OptionRows } from './optionFeed';
import { SilverGraph, type SavedSilver } from './silverGraph';

export interface SavedSession {
  silver: SavedSilver;
  gold: Uint8Array;
  /** Capture time of the last record, ns since the origin; null before any. */
  recv: number | null;
}

export class SessionStream {
  private silver: SilverGraph;
  private readonly gold: GoldGraph;
  private readonly options: OptionFeed;
  private recv = -Infinity;
  /** Rows of Silver that Gold has seen and nobody has taken. */
  private waiting: TableBatch[] = [];

  /** @param options what is told about the options on the contract, in the window or a part of it */
  constructor(inputs: SessionInputs, options: OptionRows) {
    this.silver = new SilverGraph(inputs);
    this.gold = new GoldGraph(inputs);
    this.options = new OptionFeed(options, this.silver.frame);
  }

  get frame() {
    return this.silver.frame;
  }

  /** Pushes records `from` to `to` (default: all) of a batch, in order of capture; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    if (to <= from) return;
    pushMerged(this.silver, batch, this.options, from, to);
    this.gold.push(batch, from, to);
    this.recv = this.frame.origin.offset(batch.tsRecvWords, to - 1);
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
    const recv = Number.isFinite(this.recv) ? this.recv : null;
    return { silver: this.silver.save(), gold: saveState(this.gold), recv };
  }

  /**
   * A session that goes on where the saved one stood.
   * @param inputs those of the saved session; likewise `options`
   */
  static restore(saved: SavedSession, inputs: SessionInputs, options: OptionRows): SessionStream {
    const stream = new SessionStream(inputs, options);
    stream.silver = SilverGraph.restore(saved.silver, inputs);
    restoreState(stream.gold, saved.gold);
    stream.recv = saved.recv ?? -Infinity;
    stream.options.skipTo(stream.recv);
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
