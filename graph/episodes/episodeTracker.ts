/**
 * The episodes of one contract-date and their outcomes.
 *
 * Every trade takes part, also those without an aggressor: an auction or an implied match at a level is a trade at that
 * level. In the `rth` session window only touches from the RTH open to its close make episodes and outcomes end with that
 * close; in `all-hours` every touch while Globex trades does, and outcomes end with the close of those trading hours.
 */
import { SILENCE_NS } from '../levels/coverage';
import type { Level } from '../levels/level';
import type { SessionClock } from '../market/calendar';
import { NS_PER_MINUTE } from '../market/time';
import type { TradeTick } from '../records/tradeTick';
import type { EpisodeSettings } from '../settings';
import type { StateReader, StateWriter } from '../state/codec';
import type { Operator } from '../state/operator';
import { mapOf, number } from '../state/valueCodec';
import { ApproachTracker, type Touch } from './approachTracker';
import { CountedHours } from './countedHours';
import { timeOfDay, type Episode, type EpisodeEvent } from './episode';
import { OutcomeTracker } from './outcomeTracker';

const attemptsCodec = mapOf(number);

interface EpisodeTrackerOptions {
  /** Raw symbol, e.g. `ESH4`. */
  contract: string;
  clock: SessionClock;
  /**
   * The levels of the same contract-date, as the operator that tracks them keeps them. Each trade must have been pushed into it before
   * it is pushed here.
   */
  levels: readonly Level[];
  settings: EpisodeSettings;
}

export class EpisodeTracker implements Operator<TradeTick, EpisodeEvent> {
  private events: EpisodeEvent[] = [];
  private now = -Infinity;
  /** Capture time and price of the trade being pushed. */
  private recv = NaN;
  private price = NaN;
  private readonly approaches: ApproachTracker;
  private readonly outcomes: OutcomeTracker;
  private readonly hours: CountedHours;
  /** Episodes so far, by level and direction. */
  private attempts = new Map<string, number>();

  constructor(private readonly options: EpisodeTrackerOptions) {
    const { clock, levels, settings } = options;
    this.hours = new CountedHours(clock, settings.sessionWindow);
    this.approaches = new ApproachTracker(levels, settings, (touch) => this.onTouch(touch));
    this.outcomes = new OutcomeTracker(
      settings,
      (outcome) => this.events.push({ kind: 'outcome', outcome }),
      (episodeId, decision) => this.events.push({ kind: 'decision', episodeId, decision }),
    );
  }

  /** Counts a trade. Its time is that of the event; an event older than one before counts at the time of that one. */
  push({ t, recv, price }: Readonly<TradeTick>): void {
    if (t > this.now) this.now = t;
    this.recv = recv;
    this.price = price;
    // Outcomes first: the trade that begins an episode is not one of those after its touch.
    this.outcomes.onTrade(this.now, price);
    this.approaches.onTrade(this.now, price);
  }

  /** Lets time pass, so that outcomes end without a trade. Calling it more often changes nothing. */
  advanceTo(t: number): void {
    if (t > this.now) this.now = t;
    this.outcomes.advanceTo(this.now);
  }

  /**
   * Ends what the data leave open; time must have been advanced to their end. Data that end with a close have no record at the very
   * instant: what ends by that close has ended. Call once.
   */
  finish(): void {
    const close = this.hours.closeAt(this.now);
    if (close - this.now < SILENCE_NS) this.advanceTo(close);
    this.outcomes.finish(this.now);
  }

  take(): EpisodeEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }

  save(out: StateWriter): void {
    out.section('episodes', 1);
    out.double(this.now);
    attemptsCodec.write(out, this.attempts);
    this.approaches.save(out);
    this.outcomes.save(out);
  }

  /** The levels must have been restored before. */
  restore(from: StateReader): void {
    from.section('episodes', 1);
    this.now = from.double();
    this.attempts = attemptsCodec.read(from);
    this.approaches.restore(from);
    this.outcomes.restore(from);
  }

  private onTouch(touch: Touch): void {
    this.beginEpisode(touch);
    const { id, price } = touch.level;
    this.events.push({
      kind: 'touch',
      touch: { levelId: id, levelPrice: price, at: this.now, price: this.price },
    });
  }

  private beginEpisode(touch: Touch): void {
    const { clock, contract, settings } = this.options;
    const { now, recv, price } = this;
    if (!this.hours.include(now)) return;

    const { level, direction } = touch;
    const name = `${level.id}-${direction}`;
    const attempt = (this.attempts.get(name) ?? 0) + 1;
    this.attempts.set(name, attempt);
    const episode: Episode = {
      id: `${contract}-${clock.session.tradeDate.replaceAll('-', '')}-${name}-${attempt}`,
      levelId: level.id,
      kind: level.kind,
      levelPrice: level.price,
      levelKnownFrom: level.knownFrom,
      direction,
      attempt,
      touchesBefore: touch.touchesBefore,
      approachStart: touch.approachStart,
      approachStartPrice: touch.approachStartPrice,
      approachStartDistance: touch.approachStartDistance,
      approachTrades: touch.approachTrades,
      touchAt: now,
      touchRecv: recv,
      touchPrice: price,
      session: clock.codeAt(now),
      timeOfDay: timeOfDay(clock, settings.timeOfDayMinutes, now),
      minutesSinceOpen: (now - clock.rthOpen) / NS_PER_MINUTE,
    };
    this.events.push({ kind: 'episode', episode });
    this.outcomes.begin(episode, this.hours.closeAt(now));
  }
}
