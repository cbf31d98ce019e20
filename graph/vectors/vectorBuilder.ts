/**
 * The vectors of a contract-date's episodes: the operator of `gold.vectors`. Those of approaches, which no table holds, are made likewise.
 *
 * It has two inputs. The trades, and the approaches, episodes and touches they make, are recorded as of their time. Silver brings bars
 * and the rows that go with them. A vector is computed when both are there: when the bars that had ended by the touch are known. What
 * enters it is selected by time, so it makes no difference which input runs ahead: a stream, where they alternate, and a batch, where one
 * comes whole before the other, give the same bits.
 *
 * Of Silver no more is kept than the slower input may still look back to: the last minutes, if they keep pace.
 */
import { silverBars } from '../bars/barsTable';
import type { TableBatch } from '../datasets/schema';
import type { Episode, EpisodeEvent } from '../episodes/episode';
import type { TradeTick } from '../records/tradeTick';
import type { StateReader, StateWriter } from '../state/codec';
import type { Operator } from '../state/operator';
import { listOf, oneOf, record } from '../state/valueCodec';
import { evaluate, GROUP_RANGES, GROUPS, type FeatureGroup } from './features';
import { sequenceOf } from './sequence';
import { SilverMemory, type SilverMemoryOptions } from './silverMemory';
import { touchFactsCodec, TouchMemory, type LevelsOfSession, type TouchFacts } from './touchMemory';
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

/** A vector is complete; in the order of the touches and approaches. */
export interface VectorEvent {
  /**
   * `vector`: of a touch. `approach_vector`: of an approach that has been told, provisional - what the vector would be, were the moment its
   * touch. The features are computed as at a touch, so all that is measured back from it or against the level is shifted: price is still
   * the approach's distance away, and the approach has only begun. Silver is as of the last bar that had ended by then.
   */
  readonly kind: 'vector' | 'approach_vector';
  readonly vector: EpisodeVector;
}

type VectorBuilderOptions = ViewOptions & SilverMemoryOptions;

/** What waits for its bars. */
interface Pending {
  readonly kind: VectorEvent['kind'];
  readonly facts: TouchFacts;
}

const pendingCodec = listOf(
  record<Pending>({ kind: oneOf(['vector', 'approach_vector']), facts: touchFactsCodec }),
);

export class VectorBuilder implements Operator<TradeTick, VectorEvent> {
  private events: VectorEvent[] = [];
  private readonly silver: SilverMemory;
  private readonly touches: TouchMemory;
  /** Touches and approaches whose bars are not all there yet, in order. */
  private pending: Pending[] = [];
  private now = -Infinity;

  constructor(private readonly options: VectorBuilderOptions) {
    this.silver = new SilverMemory(options);
    this.touches = new TouchMemory(options.distances.neighbourhood);
  }

  /** Counts a trade, once the events it caused have been taken; one older than the latest event counts at the time of that. */
  push({ t, price }: Readonly<TradeTick>): void {
    this.advanceTo(t);
    this.touches.onTrade(price);
  }

  advanceTo(t: number): void {
    if (t > this.now) this.now = t;
  }

  /**
   * Takes an event of the episode tracker, before the trade that caused it is pushed here.
   * @param levels of the session, as of the event
   */
  onEpisode(event: EpisodeEvent, levels: LevelsOfSession): void {
    if (event.kind === 'episode') this.enqueue('vector', this.touches.begin(event.episode, levels));
    else if (event.kind === 'approach')
      this.enqueue('approach_vector', this.touches.factsOf(event.approach, levels));
    else if (event.kind === 'touch') this.touches.touched(event.touch);
    else if (event.kind === 'decision') this.touches.decide(event.episodeId, event.decision);
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
    for (const batch of batches) if (!isBars(batch)) this.silver.push(batch, onBar);
    for (const batch of batches) if (isBars(batch)) this.silver.push(batch, onBar);
  }

  /** Ends the session: touches whose bars never came get vectors of what there is. */
  finish(): void {
    for (const pending of this.pending.splice(0)) this.emit(pending);
  }

  take(): VectorEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }

  save(out: StateWriter): void {
    out.section('vectors', 2);
    out.double(this.now);
    pendingCodec.write(out, this.pending);
    this.touches.save(out);
    this.silver.save(out);
  }

  restore(from: StateReader): void {
    from.section('vectors', 2);
    this.now = from.double();
    this.pending = pendingCodec.read(from);
    this.touches.restore(from);
    this.silver.restore(from);
  }

  private enqueue(kind: VectorEvent['kind'], facts: TouchFacts): void {
    this.pending.push({ kind, facts });
    this.complete();
  }

  /** Computes what can be computed, and forgets what no later touch looks back to. */
  private complete(): void {
    const { silver, pending, options } = this;
    const known = silver.bars.lastTime;
    const ready = ({ facts: { episode } }: Pending) =>
      lastBarEnd(episode.touchAt, options.barNanos, options.clock) <= known;
    while (pending.length > 0 && ready(pending[0])) this.emit(pending.shift()!);
    silver.forgetBefore(Math.min(known, this.now));
  }

  private emit({ kind, facts }: Pending): void {
    const view = new TouchView(facts, this.silver, this.options);
    const raw = evaluate(view);
    const masked = { geometry: !view.hasBars, book: !view.hasBook, options: !view.hasOptions };
    for (const group of GROUPS)
      if (masked[group]) raw.fill(NaN, GROUP_RANGES[group].start, GROUP_RANGES[group].end);
    const { episode } = facts;
    this.events.push({ kind, vector: { episode, raw, masked, sequence: sequenceOf(view) } });
  }
}
