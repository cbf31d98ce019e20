/**
 * Episodes of a session of minute bars, by the levels, approaches and outcomes of the product's own trackers.
 *
 * In which order a minute saw its high and its low is unknown, and no order may be assumed that depends on what came of it: that alone
 * would make skill out of nothing. Everything counted here is therefore a stopping time - its happening is certain from the bars up to
 * then, whatever the order - so that a price without drift stays one without drift:
 *
 * - *Touch*: the first entry into the touch band of a level that could be touched when the minute began. The price gets there whichever
 *   extreme came first, and does so at the edge of the band (at the open where that lies within): the distance is known. A level that
 *   can be touched anew only since within the minute makes no episode in it: `uncertainTouches` counts those.
 * - *Outcome*: in the minute of the touch only its close decides, for its extremes may lie before the touch; from the next minute on
 *   its open, then its extremes. If one minute's extremes reach both barriers of an episode undecided by then, the outcome is ambiguous
 *   and of neither class.
 *
 * After a minute, approaches are where the order has left them that visits the extreme farther from the close first: by then the bar
 * is known, so this foresees nothing, and it treats up and down alike.
 *
 * A touch is filed at the start of its minute, so that its horizon ends with a whole minute, before the nominal one by half a
 * minute on average; it is known at the end of it. Levels of the day before are left out, since a series does not say of which
 * contract it is.
 */
import { ApproachTracker, type ApproachSoFar } from '../episodes/approachTracker';
import { CountedHours } from '../episodes/countedHours';
import { timeOfDay, type Direction, type Outcome } from '../episodes/episode';
import { OutcomeTracker, type Anchor } from '../episodes/outcomeTracker';
import { RecordCoverage } from '../levels/coverage';
import type { LevelKind } from '../levels/kinds';
import type { Level } from '../levels/level';
import { LevelTracker } from '../levels/levelTracker';
import { NS_PER_MINUTE } from '../market/time';
import type { FeatureSettings } from '../settings';
import { lastInstant, type MinuteSession } from './minuteBars';

/** AMBIGUOUS: decided in a minute that reached both barriers. UNKNOWN: the data ended first. */
export type MinuteOutcome = 'BREAK' | 'REJECT' | 'CHOP' | 'AMBIGUOUS' | 'UNKNOWN';

export interface MinuteEpisode {
  readonly tradeDate: string;
  readonly levelId: string;
  readonly kind: LevelKind;
  readonly direction: Direction;
  /** Index of the bar of the touch in its session: whatever is known of the touch is known from the bars before it. */
  readonly bar: number;
  /** Of the touch from the level along the approach, ticks: negative before the level. */
  readonly distance: number;
  readonly timeOfDay: string;
  /** Minutes from the RTH open to the minute of the touch. */
  readonly minutesSinceOpen: number;
  /** By horizon, in the order of the settings' `horizonMinutes`. */
  readonly outcomes: readonly MinuteOutcome[];
}

interface Measured extends MinuteEpisode {
  readonly outcomes: MinuteOutcome[];
}

interface SessionEpisodes {
  readonly episodes: MinuteEpisode[];
  readonly uncertainTouches: number;
}

/** When within a minute its extremes are counted, ns: after the open, and both at once. */
const EXTREMES = 1;

/** @param settings as they hold for the session's product */
export function minuteEpisodes(
  session: MinuteSession,
  settings: Pick<FeatureSettings, 'levels' | 'episodes'>,
): SessionEpisodes {
  const tracker = new MinuteTracker(session, settings);
  for (let bar = 0; bar < session.start.length; bar++) tracker.push(bar);
  return tracker.finish();
}

class MinuteTracker {
  private readonly episodes: Measured[] = [];
  private uncertainTouches = 0;
  private readonly coverage: RecordCoverage;
  private readonly levels: LevelTracker;
  private readonly approaches: ApproachTracker;
  private readonly outcomes: OutcomeTracker;
  private readonly hours: CountedHours;
  /** The bar being pushed, and where in it price is. */
  private bar = 0;
  private price = NaN;
  /** Levels of which a touch in this bar is certain. */
  private touchable = new Set<Level>();
  /** Outcomes whose measurement begins in this bar. */
  private touched: Anchor[] = [];

  constructor(
    private readonly session: MinuteSession,
    private readonly settings: Pick<FeatureSettings, 'levels' | 'episodes'>,
  ) {
    const { clock, product } = session;
    this.coverage = new RecordCoverage(clock);
    this.levels = new LevelTracker({ clock, product, settings: settings.levels, coverage: this.coverage });
    this.approaches = new ApproachTracker(this.levels.levels, settings.episodes, {
      onTouch: (touch) => this.onTouch(touch),
    });
    this.outcomes = new OutcomeTracker(
      settings.episodes,
      (outcome) => this.episodes[Number(outcome.episodeId)].outcomes.push(resultOf(outcome)),
      () => undefined,
    );
    this.hours = new CountedHours(clock, settings.episodes.sessionWindow);
  }

  push(bar: number): void {
    const open = this.session.open[bar];
    const high = this.session.high[bar];
    const low = this.session.low[bar];
    const close = this.session.close[bar];
    const start = this.session.start[bar];
    const end = lastInstant(start);
    this.bar = bar;
    this.coverage.capturedFrom(start, end);
    for (const price of [open, high, low]) this.levels.push({ t: start, recv: end, price });

    this.outcomes.onTrade(start, open);
    for (const extreme of [high, low]) this.outcomes.onTrade(start + EXTREMES, extreme);

    this.touchable = new Set(this.levels.levels);
    this.approaches.onTrade(start, (this.price = open));
    this.touchable = new Set(this.approaches.armed());
    this.pathTo(high - close >= close - low ? high : low);
    this.pathTo(high - close >= close - low ? low : high);
    this.pathTo(close);
    for (const anchor of this.touched.splice(0)) this.outcomes.begin(anchor, this.hours.closeAt(start));

    this.levels.push({ t: end, recv: end, price: close });
    this.outcomes.onTrade(end, close);
  }

  finish(): SessionEpisodes {
    const { start } = this.session;
    const end = start[start.length - 1] + NS_PER_MINUTE;
    this.outcomes.advanceTo(end);
    this.outcomes.finish(end);
    return { episodes: this.episodes, uncertainTouches: this.uncertainTouches };
  }

  /** Moves price to `target` by way of every edge of a touch band in between: what enters a band does so at its edge. */
  private pathTo(target: number): void {
    const up = target > this.price;
    const { touchTicks } = this.settings.episodes;
    const edges = this.levels.levels
      .map(({ price }) => (up ? Math.ceil(price - touchTicks) : Math.floor(price + touchTicks)))
      .filter((edge) => (up ? edge > this.price && edge < target : edge < this.price && edge > target))
      .sort((a, b) => (up ? a - b : b - a));
    for (const price of [...edges, target]) {
      this.price = price;
      this.approaches.onTrade(this.session.start[this.bar], price);
    }
  }

  private onTouch({ level, direction }: ApproachSoFar): void {
    const { clock, tradeDate, start } = this.session;
    const touchAt = start[this.bar];
    if (!this.hours.include(touchAt)) return;
    if (!this.touchable.delete(level)) {
      this.uncertainTouches++;
      return;
    }
    const levelPrice = level.price;
    const touchPrice = this.price;
    this.touched.push({ id: String(this.episodes.length), levelPrice, direction, touchAt, touchPrice });
    this.episodes.push({
      tradeDate,
      levelId: level.id,
      kind: level.kind,
      direction,
      bar: this.bar,
      distance: direction === 'UP' ? touchPrice - levelPrice : levelPrice - touchPrice,
      timeOfDay: timeOfDay(clock, this.settings.episodes.timeOfDayMinutes, touchAt),
      minutesSinceOpen: (touchAt - clock.rthOpen) / NS_PER_MINUTE,
      outcomes: [],
    });
  }
}

/** Both barriers first reached at the same moment: by the extremes of one minute, in an order nobody knows. */
function resultOf({ outcome, breakAt, rejectAt }: Outcome): MinuteOutcome {
  if (breakAt !== null && breakAt === rejectAt) return 'AMBIGUOUS';
  return outcome ?? 'UNKNOWN';
}
