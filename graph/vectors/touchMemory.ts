/**
 * What the trades of a session have left behind by the time of a touch: earlier touches of the level and how they ended, the
 * ranges of the pre-market and the opening, the other levels. Prices are ticks, times ns since the origin.
 */
import type { Episode } from '../episodes/episode';
import type { LevelKind } from '../levels/kinds';
import type { Level } from '../levels/level';
import type { PriceRange } from '../levels/tracker';
import type { SessionClock } from '../market/calendar';

/** How far around a level others count as its neighbours, ticks. */
export const NEIGHBOURHOOD = 40;

/** All of a touch that is not in Silver: plain numbers, as they stood at the touch. */
export interface TouchFacts {
  readonly episode: Episode;
  /** The last touch of the level before this one, of either direction; null without one. */
  readonly lastTouchAt: number | null;
  /** Ticks price went beyond the level after that touch, in the present direction; at least 0. */
  readonly penetration: number;
  /** Attempts of the level and direction by how they were decided. */
  readonly breaks: number;
  readonly rejects: number;
  /** Ranges so far, this touch included; null before they begin. */
  readonly premarket: PriceRange | null;
  readonly opening: PriceRange | null;
  /** Other levels by kind; null where there is none. */
  readonly pdHigh: number | null;
  readonly pdLow: number | null;
  readonly sma: number | null;
  readonly ema: number | null;
  /** Number of other levels at the level's price or up to `NEIGHBOURHOOD` above it, and below it. */
  readonly levelsAt: number;
  readonly levelsAbove: number;
  readonly levelsBelow: number;
}

/** A level's last touch, and where price has been since. */
interface LastTouch {
  at: number;
  levelPrice: number;
  high: number;
  low: number;
}

interface SavedTouches {
  last: [string, LastTouch][];
  decided: [string, { breaks: number; rejects: number }][];
  open: [string, string][];
  premarket: PriceRange | null;
  opening: PriceRange | null;
}

export class TouchMemory {
  /** By level. */
  private last = new Map<string, LastTouch>();
  /** By level and direction. */
  private decided = new Map<string, { breaks: number; rejects: number }>();
  /** Level and direction of episodes not decided yet. */
  private open = new Map<string, string>();
  private premarket: PriceRange | null = null;
  private opening: PriceRange | null = null;

  constructor(private readonly clock: SessionClock) {}

  /** Counts a trade, after it has made the touches it makes. */
  onTrade(t: number, price: number): void {
    const { clock } = this;
    if (t < clock.rthOpen) {
      if (t >= clock.premarketStart) this.premarket = widened(this.premarket, price);
    } else if (t < clock.orEnd) this.opening = widened(this.opening, price);
    for (const touch of this.last.values()) {
      if (price > touch.high) touch.high = price;
      else if (price < touch.low) touch.low = price;
    }
  }

  /** Takes note of a touch, episode or not; after the facts of its episode were asked for. */
  touched(level: Level, t: number, price: number): void {
    this.last.set(level.id, { at: t, levelPrice: level.price, high: price, low: price });
  }

  /** The facts of an episode that begins with the present trade. */
  begin(episode: Episode, levels: readonly Level[]): TouchFacts {
    const { levelId, levelPrice, touchPrice, direction } = episode;
    const way = `${levelId} ${direction}`;
    this.open.set(episode.id, way);
    const last = this.last.get(levelId);
    const beyond = last && (direction === 'UP' ? last.high - last.levelPrice : last.levelPrice - last.low);
    const { breaks, rejects } = this.decided.get(way) ?? { breaks: 0, rejects: 0 };
    const priceOf = (kind: LevelKind) => levels.find((level) => level.kind === kind)?.price ?? null;
    const distances = levels.filter(({ id }) => id !== levelId).map(({ price }) => price - levelPrice);
    const inside = distances.filter((distance) => Math.abs(distance) <= NEIGHBOURHOOD);
    const beforeOpen = episode.touchAt < this.clock.rthOpen;
    const inOpening = !beforeOpen && episode.touchAt < this.clock.orEnd;
    const inPremarket = beforeOpen && episode.touchAt >= this.clock.premarketStart;
    return {
      episode,
      lastTouchAt: last?.at ?? null,
      penetration: Math.max(beyond ?? 0, 0),
      breaks,
      rejects,
      premarket: inPremarket ? widened(this.premarket, touchPrice) : this.premarket,
      opening: inOpening ? widened(this.opening, touchPrice) : this.opening,
      pdHigh: priceOf('PD_HIGH'),
      pdLow: priceOf('PD_LOW'),
      sma: priceOf('SMA_90'),
      ema: priceOf('EMA_20'),
      levelsAt: inside.filter((distance) => distance === 0).length,
      levelsAbove: inside.filter((distance) => distance > 0).length,
      levelsBelow: inside.filter((distance) => distance < 0).length,
    };
  }

  /** An episode reached its first barrier. */
  decide(episodeId: string, outcome: 'BREAK' | 'REJECT'): void {
    const way = this.open.get(episodeId);
    if (way === undefined) return;
    this.open.delete(episodeId);
    const counts = this.decided.get(way) ?? { breaks: 0, rejects: 0 };
    this.decided.set(way, counts);
    if (outcome === 'BREAK') counts.breaks++;
    else counts.rejects++;
  }

  save(): SavedTouches {
    const { last, decided, open, premarket, opening } = this;
    return { last: [...last], decided: [...decided], open: [...open], premarket, opening };
  }

  restore({ last, decided, open, premarket, opening }: SavedTouches): void {
    this.last = new Map(last.map(([id, touch]) => [id, { ...touch }]));
    this.decided = new Map(decided.map(([way, counts]) => [way, { ...counts }]));
    this.open = new Map(open);
    this.premarket = premarket;
    this.opening = opening;
  }
}

function widened(range: PriceRange | null, price: number): PriceRange {
  if (!range) return { high: price, low: price };
  return { high: Math.max(range.high, price), low: Math.min(range.low, price) };
}
