/**
 * How price comes to a level, touches it and leaves it again: one small state machine a level.
 *
 *     away ---- into the approach band ----> approaching ---- into the touch band ----> engaged
 *       ^ <-------- out of the band ----------'   | over the level without a touch         |
 *       |                                         v                                        |
 *       |<---- out of the approach band ------- beside                                     |
 *       '<---- out of the re-arm band ------------------------------------------------------'
 *
 * Bands include their edges. A level that comes into being with price inside its approach band is `beside`: price has not
 * come to it from outside. The first trade of all, though, comes from outside wherever it lies, since the session opens with
 * it, unless it is a touch already, for then nobody can say from which side. A level has one approach at a time, in one direction. Touches outside the hours that count are
 * touches all the same (price must leave before it can come again), but make no episode.
 */
import type { Level } from '../levels/level';
import type { EpisodeSettings } from '../settings';
import type { Direction } from './episode';

const Phase = { Away: 0, Approaching: 1, Engaged: 2, Beside: 3 } as const;

/** Where price stands with one level. */
interface Standing {
  phase: (typeof Phase)[keyof typeof Phase];
  /** Side of the level price was last seen on when away: -1 below, 1 above. */
  side: number;
  startedAt: number;
  startPrice: number;
  startDistance: number;
  trades: number;
  touches: number;
}

/** A touch of a level, with the approach that led to it. */
export interface Touch {
  readonly level: Level;
  readonly direction: Direction;
  readonly touchesBefore: number;
  readonly approachStart: number;
  readonly approachStartPrice: number;
  readonly approachStartDistance: number;
  readonly approachTrades: number;
}

export interface ApproachState {
  lastPrice: number | null;
  standings: Standing[];
}

export class ApproachTracker {
  /** By index of the level in the level tracker's list. */
  private standings: Standing[] = [];
  private lastPrice: number | null = null;

  constructor(
    private readonly levels: readonly Level[],
    private readonly settings: Pick<EpisodeSettings, 'approachTicks' | 'touchTicks' | 'rearmTicks'>,
    private readonly onTouch: (touch: Touch) => void,
  ) {}

  /**
   * Moves price against every watched level, in the order in which the levels came into being.
   * @param t ns since the origin, never less than before
   * @param price ticks
   */
  onTrade(t: number, price: number): void {
    const { levels, standings } = this;
    for (let i = standings.length; i < levels.length; i++)
      standings.push(this.firstStanding(levels[i], price));
    for (let i = 0; i < levels.length; i++)
      if (levels[i].watched) this.move(levels[i], standings[i], t, price);
    this.lastPrice = price;
  }

  save(): ApproachState {
    return { lastPrice: this.lastPrice, standings: this.standings };
  }

  restore({ lastPrice, standings }: ApproachState): void {
    this.lastPrice = lastPrice;
    this.standings = standings.map((standing) => ({ ...standing }));
  }

  /** A new level is judged by the trade before it came into being, so that price may come to it with the very next. */
  private firstStanding(level: Level, price: number): Standing {
    const standing = { startedAt: 0, startPrice: 0, startDistance: 0, trades: 0, touches: 0 };
    const { approachTicks, touchTicks } = this.settings;
    const distance = (this.lastPrice ?? price) - level.price;
    const away = Math.abs(distance) > (this.lastPrice === null ? touchTicks : approachTicks);
    return { phase: away ? Phase.Away : Phase.Beside, side: distance < 0 ? -1 : 1, ...standing };
  }

  private move(level: Level, at: Standing, t: number, price: number): void {
    const { approachTicks, touchTicks, rearmTicks } = this.settings;
    const distance = price - level.price;
    const size = Math.abs(distance);
    const side = distance < 0 ? -1 : 1;

    const leaves = at.phase === Phase.Engaged ? rearmTicks : approachTicks;
    if (size > leaves) {
      at.phase = Phase.Away;
      at.side = side;
      return;
    }
    if (at.phase === Phase.Away) {
      at.phase = Phase.Approaching;
      at.startedAt = t;
      at.startPrice = price;
      at.startDistance = size;
      at.trades = 0;
    }
    if (at.phase !== Phase.Approaching) return;
    at.trades++;
    if (size <= touchTicks) this.touch(level, at);
    else if (side !== at.side) at.phase = Phase.Beside;
  }

  private touch(level: Level, at: Standing): void {
    at.phase = Phase.Engaged;
    this.onTouch({
      level,
      direction: at.side < 0 ? 'UP' : 'DOWN',
      touchesBefore: at.touches++,
      approachStart: at.startedAt,
      approachStartPrice: at.startPrice,
      approachStartDistance: at.startDistance,
      approachTrades: at.trades,
    });
  }
}
