/**
 * Gold of one contract-date: episodes at its levels, what they looked like, and what became of them, trade by trade.
 *
 * It tracks its own levels rather than reading those of Silver: the same operator over the same records gives the same levels,
 * and an episode needs them as they stood at each trade. Of Silver it takes the bars and the rows that go with them, for the
 * vectors; these may come before, between or after the trades.
 */
import { PriceScale } from '../book/priceScale';
import { TableRows } from '../datasets/column';
import type { TableBatch } from '../datasets/schema';
import { EPISODE_COLUMNS, goldEpisodes, goldOutcomes, OUTCOME_COLUMNS } from '../episodes/episodeTables';
import { EpisodeTracker } from '../episodes/tracker';
import { LevelTracker } from '../levels/tracker';
import { NS_PER_SECOND } from '../market/time';
import { Action, Flag, type MboBatch } from '../records/mbo';
import type { TradeTick } from '../records/tradeTick';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { DEFAULT_VECTOR_DISTANCES } from '../vectors/distances';
import { VectorBuilder } from '../vectors/vectorBuilder';
import { goldVectors, VECTOR_COLUMNS } from '../vectors/vectorsTable';
import { frameOf, type SessionFrame, type SessionInputs } from './inputs';

export class GoldGraph implements Stateful {
  readonly frame: SessionFrame;
  private readonly scale: PriceScale;
  private readonly levels: LevelTracker;
  private readonly episodes: EpisodeTracker;
  private readonly vectors: VectorBuilder;
  private readonly episodeRows = new TableRows(goldEpisodes, EPISODE_COLUMNS);
  private readonly outcomeRows = new TableRows(goldOutcomes, OUTCOME_COLUMNS);
  private readonly vectorRows = new TableRows(goldVectors, VECTOR_COLUMNS);
  /** The trade being pushed. */
  private readonly trade: TradeTick = { t: 0, recv: 0, price: 0 };

  constructor({ contract, tradeDate, settings, previousDay }: SessionInputs) {
    this.frame = frameOf({ contract, tradeDate });
    const { product, clock, origin } = this.frame;
    const { tickNanos, multiplier } = product;
    this.scale = new PriceScale(tickNanos);
    this.levels = new LevelTracker({ clock, product, settings: settings.levels, previousDay });
    const { levels } = this.levels;
    this.episodes = new EpisodeTracker({ contract, clock, levels, settings: settings.episodes });
    this.vectors = new VectorBuilder({
      clock,
      origin,
      tickNanos,
      multiplier,
      barNanos: settings.bars.seconds * NS_PER_SECOND,
      gexScale: settings.options.gexScale,
      distances: DEFAULT_VECTOR_DISTANCES,
    });
  }

  /** Pushes records `from` to `to` (default: all) of a batch; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    const { levels, episodes, vectors, trade } = this;
    const { origin } = this.frame;
    for (let i = from; i < to; i++) {
      // A snapshot's ts_event is when its orders were entered, which may be weeks ago.
      if ((batch.flags[i] & Flag.Snapshot) !== 0) continue;
      trade.t = origin.offset(batch.tsEventWords, i);
      levels.advanceTo(trade.t);
      episodes.advanceTo(trade.t);
      vectors.advanceTo(trade.t);
      if (batch.action[i] !== Action.Trade) continue;
      trade.recv = origin.offset(batch.tsRecvWords, i);
      trade.price = this.scale.ticks(batch.priceWords, i);
      levels.push(trade);
      episodes.push(trade);
      // Within the same record: a vector depends on the levels as they stood at the touch.
      this.passOn();
      vectors.push(trade);
    }
  }

  /**
   * Takes rows of Silver, for the vectors: `silver.bars`, and as far as they are computed `silver.vacuum`, `silver.option_flow`
   * and `silver.option_exposure` (`SILVER_COLUMNS` of them will do). Each table in order of time; the rows of a bar no later than
   * the bar. An episode's vector is complete when the last bar before its touch has come.
   */
  onSilver(batches: readonly TableBatch[]): void {
    this.vectors.onSilver(batches);
  }

  /**
   * Ends the session: outcomes the data leave open end undecided, vectors are computed of the bars there are. Nothing may be
   * pushed afterwards, nor Silver be given.
   */
  finish(): void {
    this.episodes.finish();
    this.passOn();
    this.vectors.finish();
  }

  /** Rows of `gold.episodes` that began since the last call. */
  takeEpisodes(): TableBatch {
    this.passOn();
    return this.episodeRows.take();
  }

  /** Rows of `gold.outcomes` that ended since the last call. */
  takeOutcomes(): TableBatch {
    this.passOn();
    return this.outcomeRows.take();
  }

  /** Rows of `gold.vectors` that were completed since the last call, in the order of their touches. */
  takeVectors(): TableBatch {
    const { origin } = this.frame;
    for (const { vector } of this.vectors.take()) this.vectorRows.push({ event: vector, origin });
    return this.vectorRows.take();
  }

  /** Take episodes, outcomes and vectors first: rows not taken are not saved. */
  save(out: StateWriter): void {
    out.section('gold', 1);
    this.levels.save(out);
    this.episodes.save(out);
    this.vectors.save(out);
  }

  restore(from: StateReader): void {
    from.section('gold', 1);
    this.levels.restore(from);
    this.episodes.restore(from);
    this.vectors.restore(from);
  }

  /** Passes the events of the episode tracker on to the vectors and the tables. Intervals of levels are left to Silver. */
  private passOn(): void {
    const { origin, product } = this.frame;
    const { tickNanos } = product;
    this.levels.take();
    for (const event of this.episodes.take()) {
      this.vectors.onEpisode(event, this.levels.levels);
      if (event.kind === 'episode') this.episodeRows.push({ event: event.episode, origin, tickNanos });
      else if (event.kind === 'outcome') this.outcomeRows.push({ event: event.outcome, origin, tickNanos });
    }
  }
}
