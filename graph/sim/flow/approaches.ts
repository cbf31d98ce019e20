/**
 * Approaches to levels, and what is planted in them.
 *
 * When price comes from outside into the band around a level, an outcome is *shown*: the order flow of the approach is that of
 * a level about to break, to reject, or to chop (`SIGNALS`). With probability `strength` the outcome shown is the one the
 * approach will have, found by looking ahead on the latent path; otherwise it is drawn from the base rates, independently of
 * everything. So the flow has the same distribution at every strength, and at strength 0 it is independent of outcomes.
 */
import { ASK, BID, type BookSide } from '../exchange/matchingBook';
import type { LatentPrice } from './latentPrice';
import { STEP_VARIANCE } from './latentPrice';
import { LEVEL_KINDS, type LevelKind, type PlantedLevels } from './plantedLevels';
import type { Random } from '../../random/random';

export type Outcome = 'BREAK' | 'REJECT' | 'CHOP';

/** Ticks: the approach begins within `BAND`, touches within `TOUCH`, may begin again beyond `REARM`, ends at `BARRIER`. */
const BAND = 20;
const TOUCH = 2;
const REARM = 30;
const BARRIER = 20;
const HORIZON = 8 * 60e9;
/** How far ahead a touch is looked for on the latent path, ns. */
const LOOK_AHEAD = 90 * 60e9;

/** Shares of outcomes shown where the outcome is not looked up. */
const BASE_RATES: readonly (readonly [Outcome, number])[] = [
  ['BREAK', 0.36],
  ['REJECT', 0.38],
  ['CHOP', 0.26],
];

/** How the flow of an approach shows an outcome. */
interface Signal {
  /** Share of marketable orders that go with the approach. */
  readonly along: number;
  /** Factor on the number of marketable orders. */
  readonly trades: number;
  /** Depth the level's defenders build, and to which it is pulled away, in multiples of an ordinary level's. */
  readonly wall: number;
  readonly pull: number;
  /** The same on the side of the approach. */
  readonly support: number;
}

const NOT_PULLED = Infinity;
const SIGNALS: Record<Outcome, Signal> = {
  BREAK: { along: 0.7, trades: 1.5, wall: 0, pull: 0.25, support: 1.6 },
  REJECT: { along: 0.42, trades: 1, wall: 3.5, pull: NOT_PULLED, support: 0 },
  CHOP: { along: 0.5, trades: 0.8, wall: 1.8, pull: NOT_PULLED, support: 1.8 },
};

/** An approach under way, as the order flow sees it. */
export interface Approach {
  readonly id: string;
  /** Ticks; a whole number. */
  readonly price: number;
  /** Side of the book ahead of the approach. */
  readonly defender: BookSide;
  readonly signal: Signal;
}

/** One touch, recorded when its outcome is known. */
export interface PlantedTouch {
  level: LevelKind;
  attempt: number;
  direction: 'UP' | 'DOWN';
  /** Ticks. */
  price: number;
  /** Of the print that touched, ticks beyond the level; before it negative. */
  distance: number;
  /** The approach that ended in it, and the one whose signal the order flow showed last: another where approaches overlap. */
  approach: string;
  signalOf: string | null;
  /** ns since the simulation's origin. */
  approachTime: number;
  touchTime: number;
  /** Outcome on the latent path, the one the order flow showed, and the one of the trades. */
  outcome: Outcome;
  shown: Outcome;
  realised: Outcome;
}

/** The market as far as outcomes are looked up in it. */
export interface Outlook {
  /** The latent price and its future, ticks. */
  readonly path: LatentPrice;
  /** Variance of the latent price at a time, square ticks a second. */
  varianceAt(t: number): number;
  /** Middle of the market, ticks. */
  readonly middle: number;
  /** How far the latent price may go before the market follows, ticks. */
  readonly slack: number;
}

interface LevelState {
  kind: LevelKind;
  approaches: number;
  /** Touches. */
  attempts: number;
  /** `disarmed` until price is outside the band, `armed` outside it, then `approached`, and `touched` until it is far away. */
  phase: 'disarmed' | 'armed' | 'approached' | 'touched';
  /** 1 coming from below, -1 from above. */
  direction: 1 | -1;
  /** Level price at the last trade, ticks. */
  price: number;
  approachTime: number;
  shown: Outcome;
  /** Whether the outcome shown is the one looked up. */
  known: boolean;
}

export class Approaches {
  private readonly states: LevelState[] = LEVEL_KINDS.map((kind) => ({
    kind,
    approaches: 0,
    attempts: 0,
    phase: 'disarmed',
    direction: 1,
    price: NaN,
    approachTime: 0,
    shown: 'CHOP',
    known: false,
  }));
  private pending: PlantedTouch[] = [];
  /** The approach whose signal the order flow shows, if there is one. */
  current: Approach | null = null;

  constructor(
    private readonly levels: PlantedLevels,
    private readonly outlook: Outlook,
    private readonly strength: number,
    private readonly random: Random,
    private readonly rthClose: number,
    private readonly record: (touch: PlantedTouch) => void,
  ) {}

  /** A trade print. @param price ticks */
  trade(t: number, price: number): void {
    this.decide(t, price);
    let changed = false;
    for (const state of this.states) changed = this.update(state, t, price) || changed;
    if (changed) this.choose();
  }

  /** The averages have moved: outcomes looked up are looked up again. */
  review(t: number): void {
    for (const state of this.states) {
      if (state.phase !== 'approached' || !state.known) continue;
      state.price = this.levels.price(state.kind, t);
      state.shown = this.lookAhead(state, t, false) ?? state.shown;
    }
    this.choose();
  }

  /** The regular session is over: touches undecided are chop. */
  close(): void {
    this.current = null;
    for (const touch of this.pending) this.record(touch);
    this.pending = [];
    for (const state of this.states) state.phase = 'disarmed';
  }

  private update(state: LevelState, t: number, price: number): boolean {
    const level = this.levels.price(state.kind, t);
    if (level !== level) return false;
    state.price = level;
    const distance = price - level;
    const away = Math.abs(distance);
    const { phase } = state;
    const outside =
      (phase === 'disarmed' && away > BAND) ||
      (phase === 'touched' && away > REARM) ||
      (phase === 'approached' && distance * state.direction < -REARM);
    if (outside) state.phase = 'armed';
    if (state.phase === 'armed') {
      if (away > BAND) state.direction = distance < 0 ? 1 : -1;
      else this.begin(state, t);
    }
    if (state.phase === 'approached' && distance * state.direction >= -TOUCH)
      this.touch(state, t, distance * state.direction);
    return phase !== state.phase;
  }

  private begin(state: LevelState, t: number): void {
    state.phase = 'approached';
    state.approaches++;
    state.approachTime = t;
    state.known = this.random.chance(this.strength);
    state.shown = this.draw();
    if (state.known) state.shown = this.lookAhead(state, t, false) ?? state.shown;
  }

  private touch(state: LevelState, t: number, distance: number): void {
    state.phase = 'touched';
    this.pending.push({
      level: state.kind,
      attempt: ++state.attempts,
      direction: state.direction === 1 ? 'UP' : 'DOWN',
      price: state.price,
      distance,
      approach: idOf(state),
      signalOf: this.current?.id ?? null,
      approachTime: state.approachTime,
      touchTime: t,
      outcome: this.lookAhead(state, t, true) ?? 'CHOP',
      shown: state.shown,
      realised: 'CHOP',
    });
  }

  private draw(): Outcome {
    let u = this.random.unit();
    for (const [outcome, share] of BASE_RATES) if ((u -= share) < 0) return outcome;
    return 'CHOP';
  }

  /**
   * How an approach ends on the latent path, the market following it within its slack.
   * @param touched whether the level has been touched by now
   * @returns null if it will not be touched
   */
  private lookAhead(state: LevelState, t: number, touched: boolean): Outcome | null {
    const { path } = this.outlook;
    const slack = this.outlook.slack + 0.5;
    const toward = state.direction;
    let market = this.outlook.middle;
    let touch = touched ? t : NaN;
    let now = t;
    for (let step = Math.ceil(path.position); ; step++) {
      const value = path.valueAt(step);
      market = Math.min(Math.max(market, value - slack), value + slack);
      const beyond = (market - state.price) * toward;
      if (touch === touch) {
        // Trades print half a tick off the middle.
        if (beyond >= BARRIER - 0.5) return 'BREAK';
        if (beyond <= -BARRIER + 0.5) return 'REJECT';
        if (now > touch + HORIZON || now > this.rthClose) return 'CHOP';
      } else {
        if (beyond >= -TOUCH - 0.5) touch = now;
        else if (beyond < -REARM || now > t + LOOK_AHEAD || now > this.rthClose) return null;
      }
      now += (STEP_VARIANCE / this.outlook.varianceAt(now)) * 1e9;
    }
  }

  /** Follows touches to their end, trade by trade. */
  private decide(t: number, price: number): void {
    if (this.pending.length === 0) return;
    this.pending = this.pending.filter((touch) => {
      const beyond = (price - touch.price) * (touch.direction === 'UP' ? 1 : -1);
      const ended = t > touch.touchTime + HORIZON;
      if (!ended && Math.abs(beyond) < BARRIER) return true;
      if (!ended) touch.realised = beyond > 0 ? 'BREAK' : 'REJECT';
      this.record(touch);
      return false;
    });
  }

  private choose(): void {
    this.current = null;
    let latest = -1;
    for (const state of this.states) {
      if (state.phase !== 'approached' || state.approachTime < latest) continue;
      latest = state.approachTime;
      this.current = {
        id: idOf(state),
        price: Math.round(state.price),
        defender: state.direction === 1 ? ASK : BID,
        signal: SIGNALS[state.shown],
      };
    }
  }
}

const idOf = ({ kind, approaches }: LevelState) => `${kind}-${approaches}`;
