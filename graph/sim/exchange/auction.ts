/** The opening auction: at which price the orders of a crossed book trade, and which of them. */
import { ASK, BID, MatchingBook, NONE, type BookSide } from './matchingBook';

interface AuctionFill {
  readonly slot: number;
  lots: number;
}

interface Auction {
  /** Ticks. */
  readonly price: number;
  /** Lots traded, each side's. */
  readonly volume: number;
  /** In the order in which they trade, bids and asks in turn. */
  readonly fills: readonly AuctionFill[];
}

/** What trades if a book is uncrossed, by price and then time; null if nothing crosses. The book stays as it is. */
export function auctionOf(book: MatchingBook): Auction | null {
  const price = clearingPrice(book);
  if (price === null) return null;
  const fills = new Map<number, AuctionFill>();
  const fill = (slot: number, lots: number) => {
    const known = fills.get(slot);
    if (known) known.lots += lots;
    else fills.set(slot, { slot, lots });
  };
  let volume = 0;
  let bid = book.first(BID, book.bestPrice(BID));
  let ask = book.first(ASK, book.bestPrice(ASK));
  let bidLots = book.size[bid];
  let askLots = book.size[ask];
  while (bid !== NONE && ask !== NONE && book.price[bid] >= price && book.price[ask] <= price) {
    const lots = Math.min(bidLots, askLots);
    volume += lots;
    fill(bid, lots);
    fill(ask, lots);
    if ((bidLots -= lots) === 0 && (bid = following(book, bid)) !== NONE) bidLots = book.size[bid];
    if ((askLots -= lots) === 0 && (ask = following(book, ask)) !== NONE) askLots = book.size[ask];
  }
  return { price, volume, fills: [...fills.values()] };
}

/** Price at which most lots trade, the middle one of several; null if nothing crosses. */
function clearingPrice(book: MatchingBook): number | null {
  const bid = book.bestPrice(BID);
  const ask = book.bestPrice(ASK);
  if (bid < ask) return null;
  const supply: number[] = [];
  let lots = 0;
  for (let price = ask; price <= bid; price++) supply.push((lots += book.levelLots(ASK, price)));
  let most = 0;
  let from = ask;
  let to = ask;
  lots = 0;
  for (let price = bid; price >= ask; price--) {
    lots += book.levelLots(BID, price);
    const traded = Math.min(lots, supply[price - ask]);
    if (traded > most) [most, from, to] = [traded, price, price];
    else if (traded === most) from = price;
  }
  return Math.floor((from + to) / 2);
}

/** The next order in priority behind `slot`; -1 at the end of the side. */
function following(book: MatchingBook, slot: number): number {
  if (book.next[slot] !== NONE) return book.next[slot];
  const side = book.side[slot] as BookSide;
  const price = book.nextPrice(side, book.price[slot]);
  return price > 0 && price < book.ticks ? book.first(side, price) : NONE;
}
