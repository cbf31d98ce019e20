/**
 * Gold of one contract-date: episodes at its levels, what they looked like, and what became of them, trade by trade.
 *
 * It tracks its own levels rather than reading those of Silver: the same operator over the same records gives the same levels,
 * and an episode needs them as of each trade. Of Silver it takes the bars and the rows that go with them, for the
 * vectors; these may come before, between or after the trades, but the rows of a bar no later than the bar.
 */
import { PriceScale } from '../book/priceScale';
import { TableRows } from '../datasets/column';
import { EPISODE_COLUMNS, goldEpisodes, goldOutcomes, OUTCOME_COLUMNS } from '../episodes/episodeTables';
import { EpisodeTracker } from '../episodes/episodeTracker';
import { RecordCoverage } from '../levels/coverage';
import { LevelTracker } from '../levels/levelTracker';
import { NS_PER_SECOND } from '../market/time';
import { Action, Flag, tellsTime, type MboBatch } from '../records/mbo';
import type { TradeTick } from '../records/tradeTick';
import type { StateReader, StateWriter } from '../state/codec';
import { vectorDistances } from '../vectors/distances';
import { VectorBuilder } from '../vectors/vectorBuilder';
import { goldVectors, VECTOR_COLUMNS } from '../vectors/vectorsTable';
import type { SessionFrame } from './inputs';
import type { OpenedOperator, SessionEvent, SessionInput, SessionOperator } from './operators';

class GoldOperator implements OpenedOperator {
  private readonly scale: PriceScale;
  private readonly coverage: RecordCoverage;
  private readonly levels: LevelTracker;
  private readonly episodes: EpisodeTracker;
  private readonly vectors: VectorBuilder;
  private readonly episodeRows = new TableRows(goldEpisodes, EPISODE_COLUMNS);
  private readonly outcomeRows = new TableRows(goldOutcomes, OUTCOME_COLUMNS);
  private readonly vectorRows = new TableRows(goldVectors, VECTOR_COLUMNS);
  private events: SessionEvent[] = [];
  /** The trade being pushed. */
  private readonly trade: TradeTick = { t: 0, recv: 0, price: 0 };

  constructor(private readonly frame: SessionFrame) {
    const { contract, product, clock, origin, settings, previousDay } = frame;
    const { tickNanos, multiplier } = product;
    this.scale = new PriceScale(tickNanos);
    const coverage = (this.coverage = new RecordCoverage(clock));
    this.levels = new LevelTracker({ clock, product, settings: settings.levels, previousDay, coverage });
    const { levels } = this.levels;
    this.episodes = new EpisodeTracker({ contract, clock, levels, settings: settings.episodes });
    this.vectors = new VectorBuilder({
      clock,
      origin,
      tickNanos,
      multiplier,
      barNanos: settings.bars.seconds * NS_PER_SECOND,
      gexScale: settings.options.gexScale,
      distances: vectorDistances(product.distances),
    });
  }

  push(input: SessionInput): void {
    if (input.kind === 'records') this.pushRecords(input.batch, input.from, input.to);
    else if (input.kind === 'rows') this.vectors.onSilver([input.batch]);
    else if (input.kind === 'end') {
      // Outcomes the data leave open end undecided, vectors are computed of the bars there are.
      this.episodes.finish();
      this.passOn();
      this.vectors.finish();
    }
  }

  advanceTo(t: number): void {
    this.levels.advanceTo(t);
    this.episodes.advanceTo(t);
    this.vectors.advanceTo(t);
  }

  take(): SessionEvent[] {
    this.passOn();
    const { origin } = this.frame;
    for (const event of this.vectors.take()) {
      this.events.push(event);
      if (event.kind === 'vector') this.vectorRows.push({ event: event.vector, origin });
    }
    const batches = [this.episodeRows, this.outcomeRows, this.vectorRows].map((rows) => rows.take());
    const taken = [...this.events, ...batches.map((batch): SessionEvent => ({ kind: 'rows', batch }))];
    this.events = [];
    return taken;
  }

  save(out: StateWriter): void {
    out.section('gold', 2);
    for (const part of this.parts()) part.save(out);
  }

  restore(from: StateReader): void {
    from.section('gold', 2);
    for (const part of this.parts()) part.restore(from);
  }

  private parts() {
    return [this.coverage, this.levels, this.episodes, this.vectors];
  }

  private pushRecords(batch: MboBatch, from: number, to: number): void {
    const { coverage, levels, episodes, vectors, trade } = this;
    const { origin } = this.frame;
    for (let i = from; i < to; i++) {
      trade.recv = origin.offset(batch.tsRecvWords, i);
      if (tellsTime(batch.flags[i])) coverage.captured(trade.recv);
      // Snapshots and clears tell no time of the market: a snapshot's ts_event is when its orders were entered, maybe weeks ago.
      if ((batch.flags[i] & Flag.Snapshot) !== 0 || batch.action[i] === Action.Clear) continue;
      trade.t = origin.offset(batch.tsEventWords, i);
      this.advanceTo(trade.t);
      if (batch.action[i] !== Action.Trade) continue;
      trade.price = this.scale.ticks(batch.priceWords, i);
      levels.push(trade);
      episodes.push(trade);
      // Within the same record: a vector depends on the levels as of the touch.
      this.passOn();
      vectors.push(trade);
    }
  }

  /** Passes the events of the episode tracker on to the vectors and the tables. Intervals of levels are left to Silver. */
  private passOn(): void {
    const { origin, product } = this.frame;
    const { tickNanos } = product;
    this.levels.take();
    for (const event of this.episodes.take()) {
      this.events.push(event);
      this.vectors.onEpisode(event, this.levels);
      if (event.kind === 'episode') this.episodeRows.push({ event: event.episode, origin, tickNanos });
      else if (event.kind === 'outcome') this.outcomeRows.push({ event: event.outcome, origin, tickNanos });
    }
  }
}

export const GOLD: SessionOperator = {
  kind: 'session',
  module: 'graph/session/goldOperator',
  open: (frame) => new GoldOperator(frame),
};
