/**
 * Gold of one contract-date: episodes at its levels, what they looked like, and what became of them, trade by trade.
 *
 * It watches its own levels rather than reading those of Silver: the same operator over the same trades gives the same levels,
 * and an episode needs them as they stood at each trade. Of Silver it takes the bars and the rows that go with them, for the
 * vectors; these may come before, between or after the trades.
 */
import { TableRows } from '../datasets/column';
import { TableBuilder, type TableBatch } from '../datasets/schema';
import { goldEpisodes, goldOutcomes } from '../episodes/episodeTables';
import { episodeRow, outcomeRow } from '../episodes/rows';
import { EpisodeTracker } from '../episodes/tracker';
import { LevelTracker } from '../levels/tracker';
import { PriceScale } from '../book/priceScale';
import { Action, Flag, type MboBatch } from '../records/mbo';
import { NS_PER_SECOND } from '../market/time';
import { VectorBuilder, type EpisodeVector, type SavedVectors } from '../vectors/vectorBuilder';
import { goldVectors, VECTOR_COLUMNS } from '../vectors/vectorsTable';
import { frameOf, type SessionFrame, type SessionInputs } from './inputs';

export interface SavedGold {
  levels: string;
  episodes: string;
  vectors: SavedVectors;
  latest: number;
}

export class GoldGraph {
  readonly frame: SessionFrame;
  private readonly scale: PriceScale;
  private levels: LevelTracker;
  private tracker: EpisodeTracker;
  private episodes = new TableBuilder(goldEpisodes);
  private outcomes = new TableBuilder(goldOutcomes);
  private builder: VectorBuilder;
  private readonly vectors = new TableRows(goldVectors, VECTOR_COLUMNS);
  /** Latest event so far; ns since the origin. */
  private latest = -Infinity;

  constructor(private readonly inputs: SessionInputs) {
    this.frame = frameOf(inputs);
    this.scale = new PriceScale(this.frame.product.tickNanos);
    this.levels = new LevelTracker(this.levelOptions());
    this.builder = new VectorBuilder(this.vectorOptions());
    this.tracker = new EpisodeTracker(this.episodeOptions());
  }

  /** Pushes records `from` to `to` (default: all) of a batch; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    const { origin } = this.frame;
    for (let i = from; i < to; i++) {
      // A snapshot's ts_event is when its orders were entered, which may be weeks ago.
      if ((batch.flags[i] & Flag.Snapshot) !== 0) continue;
      const t = origin.offset(batch.tsEventWords, i);
      if (t > this.latest) this.latest = t;
      if (batch.action[i] !== Action.Trade) continue;
      const price = this.scale.ticks(batch.priceWords, i);
      this.levels.onTrade(t, price);
      this.tracker.onTrade(t, origin.offset(batch.tsRecvWords, i), price);
      this.builder.onTrade(t, price);
    }
  }

  /**
   * Takes rows of Silver, for the vectors: `silver.bars`, and as far as they are computed `silver.vacuum`, `silver.option_flow`
   * and `silver.option_exposure` (`SILVER_COLUMNS` of them will do). Each table in order of time; the rows of a bar no later than
   * the bar. An episode's vector is complete when the last bar before its touch has come.
   */
  onSilver(batches: readonly TableBatch[]): void {
    this.builder.onSilver(batches);
  }

  /**
   * Ends the session: outcomes the data leave open end undecided, vectors are computed of the bars there are. Nothing may be
   * pushed afterwards, nor Silver be given.
   */
  finish(): void {
    this.levels.advanceTo(this.latest);
    this.tracker.advanceTo(this.latest);
    this.tracker.finish();
    this.builder.finish();
  }

  /** Rows of `gold.episodes` that began since the last call. */
  takeEpisodes(): TableBatch {
    const batch = this.episodes.build();
    this.episodes = new TableBuilder(goldEpisodes);
    return batch;
  }

  /** Rows of `gold.outcomes` that ended since the last call. */
  takeOutcomes(): TableBatch {
    const batch = this.outcomes.build();
    this.outcomes = new TableBuilder(goldOutcomes);
    return batch;
  }

  /** Rows of `gold.vectors` that were completed since the last call, in the order of their touches. */
  takeVectors(): TableBatch {
    return this.vectors.take();
  }

  /** Take episodes, outcomes and vectors first: rows not taken are not saved. */
  save(): SavedGold {
    return {
      levels: this.levels.save(),
      episodes: this.tracker.save(),
      vectors: this.builder.save(),
      latest: this.latest,
    };
  }

  static restore(saved: SavedGold, inputs: SessionInputs): GoldGraph {
    const graph = new GoldGraph(inputs);
    graph.levels = LevelTracker.restore(saved.levels, graph.levelOptions());
    graph.builder = VectorBuilder.restore(saved.vectors, graph.vectorOptions());
    graph.tracker = EpisodeTracker.restore(saved.episodes, graph.episodeOptions());
    graph.latest = saved.latest;
    return graph;
  }

  private levelOptions() {
    const { product, clock } = this.frame;
    const { settings, previousDay } = this.inputs;
    return { clock, product, settings: settings.levels, previousDay };
  }

  private episodeOptions() {
    const { product, clock, origin } = this.frame;
    const { contract, settings } = this.inputs;
    const { tickNanos } = product;
    const { levels, builder } = this;
    return {
      contract,
      clock,
      levels,
      settings: settings.episodes,
      sink: {
        episode: (episode: Parameters<typeof episodeRow>[0]) => {
          this.episodes.push(episodeRow(episode, origin, tickNanos));
          builder.begin(episode, levels.levels);
        },
        outcome: (outcome: Parameters<typeof outcomeRow>[0]) =>
          this.outcomes.push(outcomeRow(outcome, origin, tickNanos)),
        touch: builder.touched.bind(builder),
        decision: builder.decided.bind(builder),
      },
    };
  }

  private vectorOptions() {
    const { product, clock, origin } = this.frame;
    const { settings } = this.inputs;
    return {
      clock,
      origin,
      tickNanos: product.tickNanos,
      multiplier: product.multiplier,
      barNanos: settings.bars.seconds * NS_PER_SECOND,
      gexScale: settings.options.gexScale,
      onVector: (vector: EpisodeVector) => this.vectors.push({ event: vector, origin }),
    };
  }
}
