/** How the signal of an approach changes the book around its level. */
import type { Approach } from './approaches';
import { ASK, BID, NONE, type BookSide, type MatchingBook } from '../exchange/matchingBook';
import type { Random } from '../../random/random';

/** The level's prices: from one tick before it to this many behind, seen from the approach. */
const BEFORE = 1;
const BEHIND = 4;
const LEVELS = BEFORE + 1 + BEHIND;
/** Ordinary depth is that of the price levels from this far behind the best price, ticks, and at least `LEAST_LOTS`. */
const ORDINARY_FROM = 24;
const ORDINARY_LEVELS = 16;
const LEAST_LOTS = 4;

/** An order to be cancelled, or a price at which one is to be added. */
type Defence =
  | { kind: 'pull'; slot: number }
  | { kind: 'build'; side: BookSide; price: number }
  | { kind: 'support'; side: BookSide; price: number };

/** What is to be done next; null where the book is as the signal has it. */
export function defenceOf(
  book: MatchingBook,
  { price, defender, signal }: Approach,
  random: Random,
): Defence | null {
  const away = defender === ASK ? 1 : -1;
  const ordinary = ordinaryDepth(book, defender);
  let depth = 0;
  for (let k = -BEFORE; k <= BEHIND; k++) depth += book.levelLots(defender, price + k * away);
  if (depth > signal.pull * ordinary * LEVELS) {
    const from = random.below(LEVELS);
    for (let k = 0; k < LEVELS; k++) {
      const slot = book.last(defender, price + (((from + k) % LEVELS) - BEFORE) * away);
      if (slot !== NONE) return { kind: 'pull', slot };
    }
  }
  if (depth < signal.wall * ordinary * LEVELS) {
    const at = price + random.below(BEHIND) * away;
    if (!book.crosses(defender, at)) return { kind: 'build', side: defender, price: at };
  }
  const side = defender === ASK ? BID : ASK;
  const best = book.bestPrice(side);
  let near = 0;
  for (let k = 0; k < BEHIND; k++) near += book.levelLots(side, best - k * away);
  if (near >= signal.support * ordinary * BEHIND) return null;
  return { kind: 'support', side, price: best - random.below(BEHIND) * away };
}

/** Lots an ordinary level has, on average over a few. */
function ordinaryDepth(book: MatchingBook, side: BookSide): number {
  const away = side === ASK ? 1 : -1;
  const best = book.bestPrice(side);
  let lots = 0;
  for (let k = 0; k < ORDINARY_LEVELS; k++) lots += book.levelLots(side, best + (ORDINARY_FROM + k) * away);
  return LEAST_LOTS + lots / ORDINARY_LEVELS;
}
