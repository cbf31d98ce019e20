/** The levels in reach: how far they are, how fast price comes to them, and what became of the lots that rest there. */
import { ASK, BID } from '../../../graph/book/side';
import { NS_PER_SECOND } from '../../../graph/market/time';
import type { Answer, Level, ShownSession } from './session';

export interface ReachedLevel {
  readonly level: Level;
  /** Ticks from the market up to the level; negative where it lies below. */
  readonly distance: number;
  /** Ticks a second toward the level, over the last half minute; negative away from it. */
  readonly velocity: number | null;
  /** Seconds until price is there at that velocity. */
  readonly arrival: number | null;
  readonly inBand: boolean;
  /** Lots that rest, were filled and were pulled in the level's touch band. */
  readonly resting: number;
  readonly filled: number;
  readonly pulled: number;
  /** What was said of it last, while it may still be of use: of the approach or touch that goes on. */
  readonly answer: Answer | undefined;
}

const LOOK_BACK_NS = 30 * NS_PER_SECOND;
/** In approach bands: what is farther is not in reach. */
const REACH = 4;

/** Watched levels in reach, nearest first. */
export function levelsInReach(session: ShownSession): ReachedLevel[] {
  const hello = session.hello.get();
  const { frame } = session.market;
  if (!hello || !frame) return [];
  const price = (frame.bestBid + frame.bestAsk) / 2;
  if (Number.isNaN(price)) return [];
  const { approachTicks, touchTicks } = hello.bands;
  const moved = velocityOf(session, price);
  return session.levels
    .get()
    .filter((level) => level.watched && Math.abs(level.price - price) <= REACH * approachTicks)
    .map((level): ReachedLevel => {
      const distance = level.price - price;
      const velocity = moved === null ? null : moved * Math.sign(distance || 1);
      return {
        level,
        distance,
        velocity,
        arrival: velocity !== null && velocity > 0 ? Math.abs(distance) / velocity : null,
        inBand: Math.abs(distance) <= approachTicks,
        ...lotsAround(session, level.price, touchTicks),
        answer: answerOf(session, level.id),
      };
    })
    .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance));
}

/** Ticks a second, upward positive. */
function velocityOf({ bars, now }: ShownSession, price: number): number | null {
  const before = bars.complete.findLast(({ start, close }) => close !== null && start <= now - LOOK_BACK_NS);
  if (!before || before.close === null || now - before.start > 4 * LOOK_BACK_NS) return null;
  return (price - before.close) / ((now - before.start) / NS_PER_SECOND);
}

function lotsAround({ market }: ShownSession, price: number, reach: number) {
  const found = { resting: 0, filled: 0, pulled: 0 };
  for (let at = Math.ceil(price - reach); at <= Math.floor(price + reach); at++)
    for (const side of [BID, ASK] as const) {
      const level = market.level(side, at);
      if (!level) continue;
      found.resting += level.size;
      found.filled += level.filled;
      found.pulled += level.pulled;
    }
  return found;
}

/** Until the longest horizon has passed. */
function answerOf(session: ShownSession, level: string): Answer | undefined {
  const hello = session.hello.get()!;
  const longest = Math.max(...hello.bands.horizonMinutes) * 60 * NS_PER_SECOND;
  const origin = BigInt(hello.origin);
  return session.answers
    .get()
    .findLast(
      ({ episode }) =>
        episode.level === level && session.now - Number(BigInt(episode.at) - origin) <= longest,
    );
}
