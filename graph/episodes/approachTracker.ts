/**
 * How price comes to a level, touches it and leaves it again: one small state machine a level.
 *
 *     away ---- into the approach band ----> approaching ---- into the touch band ----> engaged
 *       ^ <-------- out of the band ----------'   | over the level without a touch         |
 *       |                                         v                                        |
 *       |<---- out of the approach band ------- beside                                     |
 *       '<---- out of the re-arm band ------------------------------------------------------'
 *
 * Bands include their edges. A level that comes into being with price inside its approach band is `beside`: price has not come to it
 * from outside. The first trade of a session, though, counts as coming from outside wherever it lies, since the session opens
 * with it; only where it is a touch already its direction is unknown, and the level begins `beside` too. A level has one approach
 * at a time, in one direction. Touches outside the hours that count are touches all the same (price must leave before it can
 * come again), but make no episode.
 *
 * An approach is told once, as soon as it is under way: with its first trade in the band, or a later one if its listener would not hear of
 * it before. One that touches, or jumps over the level, with that very trade is not told. One that ends without a touch just ends; when
 * price leaves the approach band and comes back from within the re-arm band, it is the one that has been told: at the edge of the band
 * price would otherwise tell of one with every step.
 */
import type { Level } from '../levels/level';
import type { EpisodeSettings } from '../settings';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { boolean, listOf, nullable, number, oneOf, record } from '../state/valueCodec';
import type { Direction } from './episode';

const PHASES = ['away', 'approaching', 'engaged', 'beside'] as const;

/** How price is related to one level. */
interface Approach {
  phase: (typeof PHASES)[number];
  /** Side of the level price was last seen on when away: -1 below, 1 above. */
  side: number;
  startedAt: number;
  startPrice: number;
  startDistance: number;
  trades: number;
  /** Whether price's coming has been told, since it last touched, crossed the level or left the re-arm band. */
  told: boolean;
  touches: number;
}

const approachesCodec = listOf(
  record<Approach>({
    phase: oneOf(PHASES),
    side: number,
    startedAt: number,
    startPrice: number,
    startDistance: number,
    trades: number,
    told: boolean,
    touches: number,
  }),
);
const priceCodec = nullable(number);

/** How price has come to a level so far: as far as its touch, or still on the way. */
export interface ApproachSoFar {
  readonly level: Level;
  readonly direction: Direction;
  readonly touchesBefore: number;
  readonly approachStart: number;
  readonly approachStartPrice: number;
  readonly approachStartDistance: number;
  readonly approachTrades: number;
}

/** Whoever is told of approaches and touches, as they happen. */
export interface ApproachListener {
  /** @returns whether it is told with that; otherwise the next trade on the way tells it */
  onApproach?(approach: ApproachSoFar): boolean;
  /** @param told whether its approach was */
  onTouch(touch: ApproachSoFar, told: boolean): void;
}

export class ApproachTracker implements Stateful {
  /** By index of the level in the level tracker's list. */
  private approaches: Approach[] = [];
  private lastPrice: number | null = null;

  constructor(
    private readonly levels: readonly Level[],
    private readonly settings: Pick<EpisodeSettings, 'approachTicks' | 'touchTicks' | 'rearmTicks'>,
    private readonly listener: ApproachListener,
  ) {}

  /**
   * Moves price against every watched level, in the order in which the levels came into being.
   * @param t ns since the origin, never less than before
   * @param price ticks
   */
  onTrade(t: number, price: number): void {
    const { levels, approaches } = this;
    for (let i = approaches.length; i < levels.length; i++) approaches.push(this.first(levels[i], price));
    for (let i = 0; i < levels.length; i++)
      if (levels[i].watched) this.move(levels[i], approaches[i], t, price);
    this.lastPrice = price;
  }

  /** The levels of which the next price in the touch band is a touch. */
  *armed(): Generator<Level> {
    for (const [i, { phase }] of this.approaches.entries())
      if (phase === 'away' || phase === 'approaching') yield this.levels[i];
  }

  save(out: StateWriter): void {
    out.section('approaches', 2);
    priceCodec.write(out, this.lastPrice);
    approachesCodec.write(out, this.approaches);
  }

  restore(from: StateReader): void {
    from.section('approaches', 2);
    this.lastPrice = priceCodec.read(from);
    this.approaches = approachesCodec.read(from);
  }

  /** A new level is judged by the trade before it came into being, so that price may come to it with the very next. */
  private first(level: Level, price: number): Approach {
    const { approachTicks, touchTicks } = this.settings;
    const distance = (this.lastPrice ?? price) - level.price;
    const away = Math.abs(distance) > (this.lastPrice === null ? touchTicks : approachTicks);
    return {
      phase: away ? 'away' : 'beside',
      side: distance < 0 ? -1 : 1,
      startedAt: 0,
      startPrice: 0,
      startDistance: 0,
      trades: 0,
      told: false,
      touches: 0,
    };
  }

  private move(level: Level, approach: Approach, t: number, price: number): void {
    const { approachTicks, touchTicks, rearmTicks } = this.settings;
    const distance = price - level.price;
    const size = Math.abs(distance);
    const side = distance < 0 ? -1 : 1;

    if (size > (approach.phase === 'engaged' ? rearmTicks : approachTicks)) {
      if (approach.phase === 'beside' || side !== approach.side || size > rearmTicks) approach.told = false;
      approach.phase = 'away';
      approach.side = side;
      return;
    }
    if (approach.phase === 'away') {
      approach.phase = 'approaching';
      approach.startedAt = t;
      approach.startPrice = price;
      approach.startDistance = size;
      approach.trades = 0;
    }
    if (approach.phase !== 'approaching') return;
    approach.trades++;
    if (size <= touchTicks) {
      approach.phase = 'engaged';
      this.listener.onTouch(soFar(level, approach), approach.told);
      approach.touches++;
      approach.told = false;
    } else if (side !== approach.side) approach.phase = 'beside';
    else approach.told ||= this.listener.onApproach?.(soFar(level, approach)) ?? false;
  }
}

const soFar = (level: Level, approach: Approach): ApproachSoFar => ({
  level,
  direction: approach.side < 0 ? 'UP' : 'DOWN',
  touchesBefore: approach.touches,
  approachStart: approach.startedAt,
  approachStartPrice: approach.startPrice,
  approachStartDistance: approach.startDistance,
  approachTrades: approach.trades,
});
