/** An order book as JSON and as text. */
import { Ladder } from '../../../graph/book/bookView';
import type { OrderBook } from '../../../graph/book/orderBook';
import { ASK, BID, type BookSide } from '../../../graph/book/side';
import { decimalPrice, isoTime } from '../../../graph/dbn';
import type { ReplayedBook } from './bookReplay';

interface LevelReport {
  /** Decimal. */
  price: string;
  /** Lots. */
  size: number;
  orders: number;
}

/** What `--json` prints of a book: times in ns UTC. */
export function reportBook({ instrumentId, publisherId, symbol, book }: ReplayedBook, depth: number) {
  return {
    instrumentId,
    publisherId,
    symbol,
    tsEvent: book.tsEvent,
    bids: bestLevels(book, BID, depth),
    asks: bestLevels(book, ASK, depth),
    bidLevels: book.levelCount(BID),
    askLevels: book.levelCount(ASK),
    orderCount: book.orderCount,
    quality: reportQuality(book),
  };
}

function bestLevels(book: OrderBook, side: BookSide, depth: number): LevelReport[] {
  const ladder = new Ladder(Math.min(depth, book.levelCount(side)));
  const found = book.ladder(side, ladder.depth, ladder);
  return Array.from({ length: found }, (_, k) => ({
    price: decimalPrice(book.scale.nanos(ladder.price[k]))!,
    size: ladder.size[k],
    orders: ladder.orders[k],
  }));
}

/** The book's state and all quality counters; the three that are times or durations are 64-bit ns. */
function reportQuality({ state, quality, origin }: OrderBook) {
  const { crossedNs, firstCrossedAt, lastCrossedAt, ...counters } = quality;
  const time = (offset: number) => (Number.isNaN(offset) ? null : origin.absolute(offset));
  return {
    state,
    ...counters,
    crossedNs: BigInt(crossedNs),
    firstCrossedAt: time(firstCrossedAt),
    lastCrossedAt: time(lastCrossedAt),
  };
}

/** A book as a ladder, asks above bids, with totals and the quality counters that are not zero. */
export function drawBook(replayed: ReplayedBook, depth: number): string {
  const { instrumentId, publisherId, symbol, book } = replayed;
  const report = reportBook(replayed, depth);
  const decimals = Math.max(...[...report.asks, ...report.bids].map(({ price }) => decimalsOf(price)), 0);
  const padded = (price: string) => {
    const missing = decimals - decimalsOf(price);
    return price + (missing > 0 && decimalsOf(price) === 0 ? '.' : '') + '0'.repeat(missing);
  };
  const ask = ({ price, size, orders }: LevelReport) => ['', '', padded(price), `${size}`, `${orders}`];
  const bid = ({ price, size, orders }: LevelReport) => [`${orders}`, `${size}`, padded(price), '', ''];
  const rows = [
    ['orders', 'bid lots', 'price', 'ask lots', 'orders'],
    ...report.asks.toReversed().map(ask),
    ...report.bids.map(bid),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const ladder = rows.map((row) =>
    row
      .map((cell, k) => cell.padStart(widths[k]))
      .join('  ')
      .trimEnd(),
  );
  return [
    `${symbol ?? 'unknown symbol'}  instrument ${instrumentId}, publisher ${publisherId}  ` +
      `${isoTime(book.tsEvent)}  ${book.state}`,
    ...ladder,
    `${book.orderCount} orders; ${side(book, BID)} bid, ${side(book, ASK)} ask`,
    `quality: ${describeQuality(book)}`,
  ].join('\n');
}

const decimalsOf = (price: string) => (price.includes('.') ? price.length - price.indexOf('.') - 1 : 0);

function side(book: OrderBook, which: BookSide): string {
  let lots = 0;
  book.forEachLevel(which, -Infinity, Infinity, (_, size) => (lots += size));
  return `${lots} lots on ${book.levelCount(which)} levels`;
}

/** Quality counters that are not zero, as text. */
function describeQuality({ quality, origin }: OrderBook): string {
  const { crossedNs, firstCrossedAt, lastCrossedAt, ...counters } = quality;
  const words = Object.entries(counters).flatMap(([counter, value]) =>
    value === 0 ? [] : [`${counter} ${value}`],
  );
  const time = (offset: number) => isoTime(origin.absolute(offset));
  if (quality.crossed > 0)
    words.push(`crossed ${crossedNs / 1e9} s between ${time(firstCrossedAt)} and ${time(lastCrossedAt)}`);
  return words.length === 0 ? 'nothing counted' : words.join(', ');
}
