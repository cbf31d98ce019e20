/**
 * What a touch depends on besides Silver: earlier touches of the level and how they ended, the ranges of the pre-market and the
 * opening, the other levels. Prices are ticks, times ns since the origin.
 */
import { episodeCodec, type Decision, type Episode, type LevelTouch } from '../episodes/episode';
import type { LevelKind } from '../levels/kinds';
import type { Level } from '../levels/level';
import { priceRangeCodec, type PriceRange } from '../levels/priceRange';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { mapOf, nullable, number, record, text, type ValueCodec } from '../state/valueCodec';

/** All of a touch that is not in Silver, as of the touch. */
export interface TouchFacts {
  readonly episode: Episode;
  /** The last touch of the level before this one, of either direction; null without one. */
  readonly lastTouchAt: number | null;
  /** Ticks price went beyond the level after that touch, in the present direction; at least 0. */
  readonly penetration: number;
  /** Earlier attempts of the level and direction, by the barrier they reached first. */
  readonly breaks: number;
  readonly rejects: number;
  /** Ranges so far, this touch included; null before they begin, and where the data do not cover them so far. */
  readonly premarket: PriceRange | null;
  readonly opening: PriceRange | null;
  /** Other levels by kind; null where there is none. */
  readonly pdHigh: number | null;
  readonly pdLow: number | null;
  readonly sma: number | null;
  readonly ema: number | null;
  /** Numbers of other levels at the level's price, above it and below it, within its neighbourhood. */
  readonly levelsAt: number;
  readonly levelsAbove: number;
  readonly levelsBelow: number;
}

export const touchFactsCodec: ValueCodec<TouchFacts> = record<TouchFacts>({
  episode: episodeCodec,
  lastTouchAt: nullable(number),
  penetration: number,
  breaks: number,
  rejects: number,
  premarket: priceRangeCodec,
  opening: priceRangeCodec,
  pdHigh: nullable(number),
  pdLow: nullable(number),
  sma: nullable(number),
  ema: nullable(number),
  levelsAt: number,
  levelsAbove: number,
  levelsBelow: number,
});

/** What is known of the levels when a touch happens: a `LevelTracker`. */
export interface LevelsOfSession {
  readonly levels: readonly Level[];
  rangeOf(name: 'premarket' | 'opening'): PriceRange | null;
}

/** A level's last touch, and the range of prices since. */
interface LastTouch {
  readonly at: number;
  readonly levelPrice: number;
  high: number;
  low: number;
}

interface Decisions {
  breaks: number;
  rejects: number;
}

const lastCodec = mapOf(record<LastTouch>({ at: number, levelPrice: number, high: number, low: number }));
const decidedCodec = mapOf(record<Decisions>({ breaks: number, rejects: number }));
const openCodec = mapOf(text);

export class TouchMemory implements Stateful {
  /** By level. */
  private last = new Map<string, LastTouch>();
  /** By level and direction. */
  private decided = new Map<string, Decisions>();
  /** Level and direction of episodes not decided yet. */
  private open = new Map<string, string>();

  /** @param neighbourhood how far around a level others are counted, ticks */
  constructor(private readonly neighbourhood: number) {}

  /** Counts a trade, once the touches it made have been taken. */
  onTrade(price: number): void {
    for (const touch of this.last.values()) {
      if (price > touch.high) touch.high = price;
      else if (price < touch.low) touch.low = price;
    }
  }

  /** Takes a touch, whether or not it made an episode; an episode it made must have begun before. */
  touched({ levelId, levelPrice, at, price }: LevelTouch): void {
    this.last.set(levelId, { at, levelPrice, high: price, low: price });
  }

  /** An episode begins with the present trade, which the levels know already. */
  begin(episode: Episode, session: LevelsOfSession): TouchFacts {
    this.open.set(episode.id, wayOf(episode));
    return this.factsOf(episode, session);
  }

  /** The facts of an episode, were it to begin with the present trade. */
  factsOf(episode: Episode, session: LevelsOfSession): TouchFacts {
    const { levels } = session;
    const { levelId, levelPrice, direction } = episode;
    const last = this.last.get(levelId);
    const beyond = last && (direction === 'UP' ? last.high - last.levelPrice : last.levelPrice - last.low);
    const { breaks, rejects } = this.decided.get(wayOf(episode)) ?? { breaks: 0, rejects: 0 };
    const priceOf = (kind: LevelKind) => levels.find((level) => level.kind === kind)?.price ?? null;
    const distances = levels.filter(({ id }) => id !== levelId).map(({ price }) => price - levelPrice);
    const inside = distances.filter((distance) => Math.abs(distance) <= this.neighbourhood);
    return {
      episode,
      lastTouchAt: last?.at ?? null,
      penetration: Math.max(beyond ?? 0, 0),
      breaks,
      rejects,
      premarket: session.rangeOf('premarket'),
      opening: session.rangeOf('opening'),
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
  decide(episodeId: string, decision: Decision): void {
    const way = this.open.get(episodeId);
    if (way === undefined) return;
    this.open.delete(episodeId);
    const counts = this.decided.get(way) ?? { breaks: 0, rejects: 0 };
    this.decided.set(way, counts);
    if (decision === 'BREAK') counts.breaks++;
    else counts.rejects++;
  }

  save(out: StateWriter): void {
    out.section('touches', 2);
    lastCodec.write(out, this.last);
    decidedCodec.write(out, this.decided);
    openCodec.write(out, this.open);
  }

  restore(from: StateReader): void {
    from.section('touches', 2);
    this.last = lastCodec.read(from);
    this.decided = decidedCodec.read(from);
    this.open = openCodec.read(from);
  }
}

/** By level and direction: attempts are counted by them. */
const wayOf = ({ levelId, direction }: Episode): string => `${levelId} ${direction}`;
