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
import { ApproachTracker, type ApproachSoFar } from './approachTracker';
import { CountedHours } from './countedHours';
import { timeOfDay, type Episode, type EpisodeEvent } from './episode';
import { OutcomeTracker } from './outcomeTracker';

const countsCodec = mapOf(number);

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
  /** Approaches told since the last episode, likewise. */
  private told = new Map<string, number>();

  constructor(private readonly options: EpisodeTrackerOptions) {
    const { clock, levels, settings } = options;
    this.hours = new CountedHours(clock, settings.sessionWindow);
    this.approaches = new ApproachTracker(levels, settings, {
      onApproach: (approach) => this.onApproach(approach),
      onTouch: (touch, told) => this.onTouch(touch, told),
    });
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
    out.section('episodes', 2);
    out.double(this.now);
    countsCodec.write(out, this.attempts);
    countsCodec.write(out, this.told);
    this.approaches.save(out);
    this.outcomes.save(out);
  }

  /** The levels must have been restored before. */
  restore(from: StateReader): void {
    from.section('episodes', 2);
    this.now = from.double();
    this.attempts = countsCodec.read(from);
    this.told = countsCodec.read(from);
    this.approaches.restore(from);
    this.outcomes.restore(from);
  }

  private onApproach(approach: ApproachSoFar): boolean {
    if (!this.hours.include(this.now)) return false;
    const name = nameOf(approach);
    const told = (this.told.get(name) ?? 0) + 1;
    this.told.set(name, told);
    this.events.push({ kind: 'approach', approach: this.episodeAt(approach, told) });
    return true;
  }

  private onTouch(touch: ApproachSoFar, told: boolean): void {
    if (this.hours.include(this.now)) this.beginEpisode(touch, told);
    const { id, price } = touch.level;
    this.events.push({
      kind: 'touch',
      touch: { levelId: id, levelPrice: price, at: this.now, price: this.price },
    });
  }

  private beginEpisode(touch: ApproachSoFar, told: boolean): void {
    const name = nameOf(touch);
    const episode = this.episodeAt(touch, told ? this.told.get(name)! : null);
    this.attempts.set(name, episode.attempt);
    this.told.delete(name);
    this.events.push({ kind: 'episode', episode });
    this.outcomes.begin(episode, this.hours.closeAt(this.now));
  }

  /**
   * The episode of a touch with the trade being pushed.
   * @param told number of its approach among those told since the last episode; null if it was not told
   */
  private episodeAt(approach: ApproachSoFar, told: number | null): Episode {
    const { clock, contract, settings } = this.options;
    const { now, recv, price } = this;
    const { level, direction } = approach;
    const name = nameOf(approach);
    const attempt = (this.attempts.get(name) ?? 0) + 1;
    const id = `${contract}-${clock.session.tradeDate.replaceAll('-', '')}-${name}-${attempt}`;
    return {
      id,
      approachId: told === null ? null : `${id}/approach/${told}`,
      levelId: level.id,
      kind: level.kind,
      levelPrice: level.price,
      levelKnownFrom: level.knownFrom,
      direction,
      attempt,
      touchesBefore: approach.touchesBefore,
      approachStart: approach.approachStart,
      approachStartPrice: approach.approachStartPrice,
      approachStartDistance: approach.approachStartDistance,
      approachTrades: approach.approachTrades,
      touchAt: now,
      touchRecv: recv,
      touchPrice: price,
      session: clock.codeAt(now),
      timeOfDay: timeOfDay(clock, settings.timeOfDayMinutes, now),
      minutesSinceOpen: (now - clock.rthOpen) / NS_PER_MINUTE,
    };
  }
}

/** Level and direction: attempts are counted by them. */
const nameOf = ({ level, direction }: ApproachSoFar): string => `${level.id}-${direction}`;
