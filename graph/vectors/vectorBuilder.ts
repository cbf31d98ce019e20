/**
 * The vectors of a contract-date's episodes: the operator behind `gold.vectors`.
 *
 * It is fed from two sides. The trades bring touches, and what only trades tell; they are noted as they stood. Silver brings
 * bars and the rows that go with them. A vector is computed when both are there: when the bars that had ended by the touch are
 * known. What enters it is selected by time, so it makes no difference which side runs ahead: a stream, where they
 * alternate, and a batch, where one comes whole before the other, give the same bits.
 *
 * Of Silver no more is remembered than the slower side may still ask for: the last minutes, if they keep pace.
 */
import { MemoryReader, MemoryWriter } from '../state/memory';
import type { TableBatch } from '../datasets/schema';
import { silverBars } from '../bars/barsTable';
import type { Episode } from '../episodes/episode';
import type { Level } from '../levels/level';
import { evaluate, GROUP_RANGES, GROUPS, type FeatureGroup } from './features';
import { sequenceOf } from './sequence';
import { SilverMemory, type SilverMemoryOptions } from './silverMemory';
import { TouchMemory, type TouchFacts } from './touchMemory';
import { lastBarEnd, TouchView, type ViewOptions } from './touchView';

/** What an approach looked like when it touched its level. */
export interface EpisodeVector {
  readonly episode: Episode;
  /** In the order of `FEATURES`; NaN where a dimension is undefined, and all over a masked group. */
  readonly raw: Float64Array;
  /** Groups without data. */
  readonly masked: Readonly<Record<FeatureGroup, boolean>>;
  /** Bars x `CHANNELS`, oldest bar first. */
  readonly sequence: Float32Array;
}

export type VectorBuilderOptions = ViewOptions &
  SilverMemoryOptions & {
    /** Told of every vector, in the order of the touches. */
    onVector: (vector: EpisodeVector) => void;
  };

export interface SavedVectors {
  rows: Uint8Array;
  state: string;
}

interface SavedState {
  now: number | null;
  keys: string[];
  touches: ReturnType<TouchMemory['save']>;
  pending: TouchFacts[];
}

/** "VEC1". */
const TAG = 0x31434556;

export class VectorBuilder {
  private readonly silver: SilverMemory;
  private readonly touches: TouchMemory;
  /** Touches whose bars are not all there yet, in order. */
  private pending: TouchFacts[] = [];
  /** Time of the last trade; ns since the origin. */
  private now = -Infinity;

  constructor(private readonly options: VectorBuilderOptions) {
    this.silver = new SilverMemory(options);
    this.touches = new TouchMemory(options.clock);
  }

  /**
   * Counts a trade. Call after the levels and the episodes have seen it.
   * @param t event time, ns since the origin; an earlier one than before counts at the time of that
   * @param price ticks
   */
  onTrade(t: number, price: number): void {
    if (t > this.now) this.now = t;
    this.touches.onTrade(this.now, price);
  }

  /** An episode begins with the trade the trackers are seeing; `levels` are those that exist. */
  begin(episode: Episode, levels: readonly Level[]): void {
    this.pending.push(this.touches.begin(episode, levels));
    this.complete();
  }

  /** A level is touched, whether or not that begins an episode; after `begin`. */
  touched(level: Level, t: number, price: number): void {
    this.touches.touched(level, t, price);
  }

  /** An episode reached its first barrier. */
  decided(episodeId: string, outcome: 'BREAK' | 'REJECT'): void {
    this.touches.decide(episodeId, outcome);
  }

  /**
   * Takes rows of Silver. A table's rows come in order of time, and those that belong to a bar no later than the bar: in the
   * same call, or before. (After it will do as long as no touch waits for the bar: when all of Silver comes before the trades.)
   * @param batches rows of `silver.bars`, `silver.vacuum`, `silver.option_flow`, `silver.option_exposure`; what is not
   * computed is left out
   */
  onSilver(batches: readonly TableBatch[]): void {
    const isBars = ({ contract }: TableBatch) => contract.name === silverBars.name;
    const onBar = () => this.complete();
    for (const batch of batches) if (!isBars(batch)) this.silver.take(batch, onBar);
    for (const batch of batches) if (isBars(batch)) this.silver.take(batch, onBar);
  }

  /** Ends the session: touches whose bars never came get vectors of what there is. */
  finish(): void {
    for (const facts of this.pending.splice(0)) this.emit(facts);
  }

  save(): SavedVectors {
    const out = new MemoryWriter();
    const keys = this.silver.save(out);
    const { now, pending } = this;
    const state: SavedState = {
      now: Number.isFinite(now) ? now : null,
      keys,
      touches: this.touches.save(),
      pending,
    };
    return { rows: out.bytes(TAG), state: JSON.stringify(state) };
  }

  /**
   * A builder that goes on where the saved one stood.
   * @param options those of the saved builder
   * @throws SpymasterError BadArgument if the bytes are damaged
   */
  static restore({ rows, state: text }: SavedVectors, options: VectorBuilderOptions): VectorBuilder {
    const builder = new VectorBuilder(options);
    const state = JSON.parse(text) as SavedState;
    const from = new MemoryReader(rows, TAG);
    builder.silver.load(from, state.keys);
    from.end();
    builder.touches.restore(state.touches);
    builder.pending = state.pending;
    builder.now = state.now ?? -Infinity;
    return builder;
  }

  /** Computes what can be computed, and forgets what no touch will ask for any more. */
  private complete(): void {
    const { silver, pending, options } = this;
    const known = silver.bars.lastTime;
    const ready = ({ episode }: TouchFacts) =>
      lastBarEnd(episode.touchAt, options.barNanos, options.clock) <= known;
    while (pending.length > 0 && ready(pending[0])) this.emit(pending.shift() as TouchFacts);
    silver.forgetBefore(Math.min(known, this.now));
  }

  private emit(facts: TouchFacts): void {
    const view = new TouchView(facts, this.silver, this.options);
    const raw = evaluate(view);
    const masked = { geometry: !view.hasBars, book: !view.hasBook, options: !view.hasOptions };
    for (const group of GROUPS)
      if (masked[group]) raw.fill(NaN, GROUP_RANGES[group].start, GROUP_RANGES[group].end);
    this.options.onVector({ episode: facts.episode, raw, masked, sequence: sequenceOf(view) });
  }
}
