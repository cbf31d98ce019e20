/**
 * The episodes of one contract-date and their outcomes.
 *
 * Every trade takes part, also those without an aggressor: an auction or an implied match at a level is a trade at that
 * level. In the `rth` session window only touches from the RTH open to its close make episodes and outcomes end with that
 * close; in `all-hours` every touch while Globex trades does, and outcomes end with the close of those trading hours.
 */
import { SpymasterError } from '../errors';
import type { Level } from '../levels/level';
import type { LevelTracker } from '../levels/tracker';
import { SessionCode, type SessionClock } from '../market/calendar';
import { NS_PER_MINUTE } from '../market/time';
import type { EpisodeSettings } from '../settings';
import { ApproachTracker, type ApproachState, type Touch } from './approach';
import { timeOfDay, type Episode, type Outcome } from './episode';
import { OutcomeTracker } from './outcome';

const STATE_VERSION = 1;

/** Where episodes go when they are touched, and outcomes when their measurement ends. */
export interface EpisodeSink {
  episode(episode: Episode): void;
  outcome(outcome: Outcome): void;
  /** Every touch of a watched level, whether or not it makes an episode; after `episode`. */
  touch?(level: Level, t: number, price: number): void;
  /** An episode reached its first barrier; its outcomes are reported when their horizons end. */
  decision?(episodeId: string, decided: 'BREAK' | 'REJECT'): void;
}

export interface EpisodeTrackerOptions {
  /** Raw symbol, e.g. `ESH4`. */
  contract: string;
  clock: SessionClock;
  /** The levels of the same contract-date. Each trade must have been shown to them before it is shown here. */
  levels: LevelTracker;
  settings: EpisodeSettings;
  sink: EpisodeSink;
}

interface SavedState {
  version: number;
  now: number | null;
  approaches: ApproachState;
  outcomes: ReturnType<OutcomeTracker['save']>;
  attempts: [string, number][];
}

export class EpisodeTracker {
  private now = -Infinity;
  private recv = -Infinity;
  private readonly approaches: ApproachTracker;
  private readonly outcomes: OutcomeTracker;
  /** Episodes so far, by level and direction. */
  private attempts = new Map<string, number>();
  private price = NaN;

  constructor(private readonly options: EpisodeTrackerOptions) {
    const { levels, settings, sink } = options;
    this.approaches = new ApproachTracker(levels.levels, settings, (touch) => this.onTouch(touch));
    this.outcomes = new OutcomeTracker(
      settings,
      (outcome) => sink.outcome(outcome),
      (episodeId, decided) => sink.decision?.(episodeId, decided),
    );
  }

  /**
   * Counts a trade. Its time is that of the event; an event older than one before counts at the time of that one.
   * @param t event time, ns since the origin
   * @param recv capture time, ns since the origin
   * @param price ticks
   */
  onTrade(t: number, recv: number, price: number): void {
    if (t > this.now) this.now = t;
    this.recv = recv;
    this.price = price;
    // Episodes under way see the trade before it can begin one: a touch is no trade after itself.
    this.outcomes.onTrade(this.now, price);
    this.approaches.onTrade(this.now, price);
  }

  /** Lets time pass, so that outcomes end without a trade. Calling it more often changes nothing. */
  advanceTo(t: number): void {
    if (t > this.now) this.now = t;
    this.outcomes.advanceTo(this.now);
  }

  /** Ends what the data leave open; time must have been advanced to their end. Call once. */
  finish(): void {
    this.outcomes.finish(this.now);
  }

  /** Everything the tracker knows, as text; see `restore`. */
  save(): string {
    const state: SavedState = {
      version: STATE_VERSION,
      now: Number.isFinite(this.now) ? this.now : null,
      approaches: this.approaches.save(),
      outcomes: this.outcomes.save(),
      attempts: [...this.attempts],
    };
    return JSON.stringify(state);
  }

  /**
   * A tracker that goes on where the saved one stood.
   * @param options those of the saved tracker, with the restored levels
   */
  static restore(text: string, options: EpisodeTrackerOptions): EpisodeTracker {
    const state = JSON.parse(text) as SavedState;
    if (state.version !== STATE_VERSION)
      throw new SpymasterError('BadArgument', `saved episodes have version ${state.version}`, {
        expected: String(STATE_VERSION),
      });
    const tracker = new EpisodeTracker(options);
    tracker.now = state.now ?? -Infinity;
    tracker.approaches.restore(state.approaches);
    tracker.outcomes.restore(state.outcomes);
    tracker.attempts = new Map(state.attempts);
    return tracker;
  }

  private onTouch(touch: Touch): void {
    this.beginEpisode(touch);
    this.options.sink.touch?.(touch.level, this.now, this.price);
  }

  private beginEpisode(touch: Touch): void {
    const { clock, contract, settings, sink } = this.options;
    const { now, recv, price } = this;
    const session = clock.codeAt(now);
    if (session === SessionCode.Halt || (settings.sessionWindow === 'rth' && session !== SessionCode.Rth))
      return;

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
      session,
      timeOfDay: timeOfDay(clock, settings.timeOfDayMinutes, now),
      minutesSinceOpen: (now - clock.rthOpen) / NS_PER_MINUTE,
    };
    sink.episode(episode);
    this.outcomes.begin(episode, settings.sessionWindow === 'rth' ? clock.rthClose : clock.closeAfter(now));
  }
}
