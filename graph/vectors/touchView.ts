/** What the formulas of the vector see: a touch, and Silver as of the last bar that had ended by then, oriented to the approach. */
import type { SessionClock } from '../market/calendar';
import { NS_PER_MINUTE } from '../market/time';
import { gexFactor } from '../options/gammaExposure';
import { PRICE_ID } from '../options/optionsOperator';
import type { GexScale } from '../options/settings';
import type { VectorDistances } from './distances';
import { Orientation } from './orientation';
import { Lookback, StoredRow } from './rowStore';
import type { BarField, ExposureField, FlowField, VacuumField } from './silverFields';
import { EXPOSURES_KEPT, keptOf, type SilverMemory } from './silverMemory';
import type { TouchFacts } from './touchMemory';

/** The longest span any formula looks over, minutes; an approach that began earlier is taken to have begun then. */
export const SPAN = 20;
/** How far back the exposures lie that the present ones are compared with (`volatility_change`, `hedge_change`), minutes. */
const EXPOSURE_SPAN = 30;

export interface ViewOptions {
  clock: SessionClock;
  tickNanos: number;
  /** USD per point. */
  multiplier: number;
  /** Length of a bar, ns. */
  barNanos: number;
  gexScale: GexScale;
  distances: VectorDistances;
}

/** End of the last bar that had ended by `t`, ns since the origin. */
export function lastBarEnd(t: number, barNanos: number, clock: SessionClock): number {
  const phase = Number(clock.origin.ns % BigInt(barNanos));
  return Math.floor((t + phase) / barNanos) * barNanos - phase;
}

export class TouchView extends Orientation {
  /** The level's price, ticks. */
  readonly level: number;
  readonly bars: Lookback<BarField | 'book_live'>;
  /** Rows of the level. */
  readonly vacuum: Lookback<VacuumField>;
  readonly levelFlow: Lookback<FlowField>;
  /** Rows around price, whose totals are those of every level. */
  readonly flow: Lookback<FlowField>;
  readonly levelExposure: StoredRow<ExposureField>;
  readonly exposure: StoredRow<ExposureField>;
  readonly exposureBefore: StoredRow<ExposureField>;
  /** Bars since the approach began: at least one. */
  readonly approach: number;

  constructor(
    readonly facts: TouchFacts,
    silver: SilverMemory,
    private readonly options: ViewOptions,
  ) {
    super(facts.episode.direction);
    const { episode } = facts;
    const { barNanos, clock } = options;
    this.level = episode.levelPrice;

    const now = lastBarEnd(episode.touchAt, barNanos, clock);
    const depth = Math.floor(keptOf(barNanos) / barNanos);
    const level = silver.keyOf(episode.levelId);
    const price = silver.keyOf(PRICE_ID);
    this.bars = new Lookback(silver.bars, 0, now, barNanos, depth);
    this.vacuum = new Lookback(silver.vacuum, level, now, barNanos, depth);
    this.levelFlow = new Lookback(silver.flow, level, now, barNanos, depth);
    this.flow = new Lookback(silver.flow, price, now, barNanos, depth);
    const exposure = (key: number, until: number) =>
      StoredRow.latest(silver.exposure, key, until, now - EXPOSURES_KEPT);
    this.levelExposure = exposure(level, now);
    this.exposure = exposure(price, now);
    this.exposureBefore = exposure(price, now - EXPOSURE_SPAN * NS_PER_MINUTE);
    const since = (now - lastBarEnd(episode.approachStart, barNanos, clock)) / barNanos;
    this.approach = Math.min(Math.max(since, 1), this.minutes(SPAN));
  }

  get distances(): VectorDistances {
    return this.options.distances;
  }

  get barMinutes(): number {
    return this.options.barNanos / NS_PER_MINUTE;
  }

  /** Whether there are bars up to the touch, and whether their book is whole. */
  get hasBars(): boolean {
    return !Number.isNaN(this.x(0));
  }

  get hasBook(): boolean {
    return this.bars.get('book_live') === 1;
  }

  /** Whether anything is known of options. */
  get hasOptions(): boolean {
    return !Number.isNaN(this.flow.get('call_tide_share')) || !Number.isNaN(this.exposure.get('call_gex'));
  }

  /** `m` minutes in bars, at least one. */
  minutes(m: number): number {
    return Math.max(1, Math.round(m / this.barMinutes));
  }

  /** Distance beyond the level along the approach, ticks; of a price in ticks. */
  past(price: number): number {
    return this.s * (price - this.level);
  }

  /** That of the mid `back` bars ago. */
  x(back: number): number {
    return this.past(this.bars.get('mid', back));
  }

  /** `x` of the last `count` bars, oldest first, the latest `skip` left out. */
  path(count: number, skip = 0): Float64Array {
    const path = new Float64Array(count);
    for (let i = 0; i < count; i++) path[i] = this.x(skip + count - 1 - i);
    return path;
  }

  /** Seconds from a time to the touch. */
  secondsSince(t: number): number {
    return (this.facts.episode.touchAt - t) / 1e9;
  }

  /** Share of RTH that had passed at the touch. */
  get timeOfDay(): number {
    const { rthOpen, rthClose } = this.options.clock;
    return (this.facts.episode.touchAt - rthOpen) / (rthClose - rthOpen);
  }

  /** First opening of Globex in the trade date, ns since the origin. */
  get globexOpen(): number {
    return this.options.clock.globexOpen;
  }

  /** Turns exposures of the last row into lots of the future per point, whatever the scale they are stored in. */
  get lotsPerPoint(): number {
    const { gexScale, multiplier } = this.options;
    return 1 / gexFactor(gexScale, this.exposure.get('future'), multiplier);
  }
}
