/**
 * What becomes of episodes, trade by trade from the touch on.
 *
 * Two barriers stand at equal distances from the level as it was at the touch; the first one a trade reaches decides:
 * through the level is BREAK, back is REJECT. Neither within the horizon, or by the close of the session, is CHOP. A
 * measurement runs over `[touch, touch + horizon)` and goes on after the decision, for excursions are those of the
 * whole horizon.
 */
import { NS_PER_MINUTE } from '../market/time';
import type { EpisodeSettings } from '../settings';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { listOf, nullable, number, oneOf, record, text } from '../state/valueCodec';
import { DECISIONS, type Decision, type Episode, type Outcome } from './episode';

/** One episode whose outcome is being measured. */
interface Measurement {
  episodeId: string;
  levelPrice: number;
  /** +1 UP, -1 DOWN. */
  sign: number;
  touchAt: number;
  /** Close of the session the touch lies in. */
  closesAt: number;
  /** Index of the horizon that ends next. */
  horizon: number;
  /** By the first barrier reached. */
  decided: Decision | null;
  breakAt: number | null;
  rejectAt: number | null;
  high: number;
  low: number;
  last: number;
  trades: number;
}

const measurementsCodec = listOf(
  record<Measurement>({
    episodeId: text,
    levelPrice: number,
    sign: number,
    touchAt: number,
    closesAt: number,
    horizon: number,
    decided: nullable(oneOf(DECISIONS)),
    breakAt: nullable(number),
    rejectAt: nullable(number),
    high: number,
    low: number,
    last: number,
    trades: number,
  }),
);

/** What of an episode its measurement begins with. */
export type Anchor = Pick<Episode, 'id' | 'levelPrice' | 'direction' | 'touchAt' | 'touchPrice'>;

export class OutcomeTracker implements Stateful {
  /** In the order of their touches. */
  private open: Measurement[] = [];
  /** When the next measurement ends. */
  private due = Infinity;
  private readonly horizons: readonly number[];

  constructor(
    private readonly settings: Pick<
      EpisodeSettings,
      'barrierTicks' | 'horizonMinutes' | 'primaryHorizonMinutes'
    >,
    private readonly onOutcome: (outcome: Outcome) => void,
    private readonly onDecision: (episodeId: string, decision: Decision) => void,
  ) {
    this.horizons = settings.horizonMinutes.map((minutes) => Math.round(minutes * NS_PER_MINUTE));
  }

  /** Begins to measure an episode; the trades after its touch decide. */
  begin(episode: Anchor, closesAt: number): void {
    this.open.push({
      episodeId: episode.id,
      levelPrice: episode.levelPrice,
      sign: episode.direction === 'UP' ? 1 : -1,
      touchAt: episode.touchAt,
      closesAt,
      horizon: 0,
      decided: null,
      breakAt: null,
      rejectAt: null,
      high: episode.touchPrice,
      low: episode.touchPrice,
      last: episode.touchPrice,
      trades: 0,
    });
    this.setDue();
  }

  /**
   * Counts a trade into every measurement under way.
   * @param t ns since the origin, never less than before
   * @param price ticks
   */
  onTrade(t: number, price: number): void {
    this.advanceTo(t);
    const barrier = this.settings.barrierTicks;
    for (const m of this.open) {
      const through = m.sign * (price - m.levelPrice);
      if (through >= barrier) {
        if (!m.decided) this.decide(m, 'BREAK');
        m.breakAt ??= t;
      } else if (through <= -barrier) {
        if (!m.decided) this.decide(m, 'REJECT');
        m.rejectAt ??= t;
      }
      if (price > m.high) m.high = price;
      if (price < m.low) m.low = price;
      m.last = price;
      m.trades++;
    }
  }

  /** Ends, in the order of their ends, all measurements that end by `t`. */
  advanceTo(t: number): void {
    while (this.due <= t) {
      const ending = this.due;
      for (const m of this.open)
        while (m.horizon < this.horizons.length && this.endOf(m) === ending)
          this.report(m, ending, m.closesAt < m.touchAt + this.horizons[m.horizon] ? 'close' : 'horizon');
      this.open = this.open.filter((m) => m.horizon < this.horizons.length);
      this.setDue();
    }
  }

  /**
   * Ends what the data leave open. Undecided episodes have no outcome then.
   * @param now the time up to which the data reach
   */
  finish(now: number): void {
    for (const m of this.open) while (m.horizon < this.horizons.length) this.report(m, now, 'data_end');
    this.open = [];
    this.due = Infinity;
  }

  save(out: StateWriter): void {
    out.section('outcomes', 1);
    measurementsCodec.write(out, this.open);
  }

  restore(from: StateReader): void {
    from.section('outcomes', 1);
    this.open = measurementsCodec.read(from);
    this.setDue();
  }

  private decide(m: Measurement, decision: Decision): void {
    m.decided = decision;
    this.onDecision(m.episodeId, decision);
  }

  private endOf(m: Measurement): number {
    return Math.min(m.touchAt + this.horizons[m.horizon], m.closesAt);
  }

  private setDue(): void {
    this.due = Math.min(Infinity, ...this.open.map((m) => this.endOf(m)));
  }

  private report(m: Measurement, endAt: number, endedBy: Outcome['endedBy']): void {
    const horizonMinutes = this.settings.horizonMinutes[m.horizon++];
    this.onOutcome({
      episodeId: m.episodeId,
      horizonMinutes,
      primary: horizonMinutes === this.settings.primaryHorizonMinutes,
      outcome: m.decided ?? (endedBy === 'data_end' ? null : 'CHOP'),
      endedBy,
      touchAt: m.touchAt,
      endAt,
      breakAt: m.breakAt,
      rejectAt: m.rejectAt,
      favorable: m.sign > 0 ? m.high - m.levelPrice : m.levelPrice - m.low,
      adverse: m.sign > 0 ? m.levelPrice - m.low : m.high - m.levelPrice,
      high: m.high,
      low: m.low,
      endPrice: m.last,
      trades: m.trades,
    });
  }
}
