import fc from 'fast-check';
import { MboBatch } from '../../../../graph/records/mbo';
import { CancelQueue } from '../../../../graph/sim/exchange/cancelQueue';
import { EventWriter } from '../../../../graph/sim/files/eventWriter';
import { Exchange, OrderKind } from '../../../../graph/sim/exchange/exchange';
import { ASK, BID, MatchingBook, NONE, type BookSide } from '../../../../graph/sim/exchange/matchingBook';
import { Random } from '../../../../graph/random/random';
import { Replica } from '../replica';

const TICKS = 4000;

function market(seed = 1) {
  const random = new Random(seed);
  const book = new MatchingBook(TICKS);
  const writer = new EventWriter(17, 0n, 250_000_000, 0, random.fork('capture'), () => new MboBatch(4096));
  const exchange = new Exchange(book, writer, random.fork('exchange'), 1_000_000);
  let t = 1_000_000_000;
  return {
    book,
    exchange,
    /** Every event gets a time of its own. */
    now: () => (t += 10_000_000),
    rows: () => {
      writer.flush();
      return writer.ready.splice(0);
    },
  };
}

const texts = (batches: MboBatch[]) =>
  batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, i) => {
      const letter = (code: number) => String.fromCharCode(code);
      const price = Number(batch.price[i]) / 250_000_000;
      const last = batch.flags[i] & 128 ? '.' : '';
      return `${letter(batch.action[i])}${letter(batch.side[i])} ${batch.orderIdWords[2 * i]} ${batch.size[i]}@${price}${last}`;
    }),
  );

describe('Exchange', () => {
  it('prints a sweep price by price, then what became of each order', () => {
    const { book, exchange, now, rows } = market();
    const a = book.id[exchange.add(now(), ASK, 2001, 2, OrderKind.Day)];
    const b = book.id[exchange.add(now(), ASK, 2001, 1, OrderKind.Day)];
    const c = book.id[exchange.add(now(), ASK, 2002, 5, OrderKind.Day)];
    rows();
    exchange.aggress(now(), BID, 2002, 6, false);
    const printed = texts(rows());
    const aggressor = printed[0].split(' ')[1];
    expect(Number(aggressor)).toBeGreaterThan(c);
    expect(printed).toEqual([
      `TB ${aggressor} 3@2001`,
      `FA ${a} 2@2001`,
      `FA ${b} 1@2001`,
      `TB ${aggressor} 3@2002`,
      `FA ${c} 3@2002`,
      `CA ${a} 2@2001`,
      `CA ${b} 1@2001`,
      `MA ${c} 2@2002.`,
    ]);
    expect(book.bestPrice(ASK)).toBe(2002);
    expect(book.levelLots(ASK, 2002)).toBe(2);
  });

  it('lets a remainder rest under the id it traded with', () => {
    const { book, exchange, now, rows } = market();
    exchange.add(now(), ASK, 2001, 2, OrderKind.Day);
    rows();
    const slot = exchange.aggress(now(), BID, 2001, 5, true);
    const printed = texts(rows());
    const [, id] = printed[0].split(' ');
    expect(printed.find((row) => row.startsWith('A'))).toMatch(new RegExp(`^AB ${id} 3@2001`));
    expect(book.bestPrice(BID)).toBe(2001);
    expect(book.size[slot]).toBe(3);
  });

  it('refreshes an iceberg by M at the tail of its price, and cancels it when nothing is hidden', () => {
    const { book, exchange, now, rows } = market();
    const iceberg = exchange.add(now(), ASK, 2001, 3, OrderKind.Day);
    book.peak[iceberg] = 1;
    book.hidden[iceberg] = 1;
    const id = book.id[iceberg];
    const behind = exchange.add(now(), ASK, 2001, 4, OrderKind.Day);
    rows();
    exchange.aggress(now(), BID, 2001, 3, false);
    expect(texts(rows()).slice(1)).toEqual([`FA ${id} 3@2001`, `MA ${id} 1@2001.`]);
    expect(book.first(ASK, 2001)).toBe(behind);
    exchange.aggress(now(), BID, 2001, 5, false);
    expect(texts(rows()).slice(-1)).toEqual([`CA ${id} 1@2001.`]);
    expect(book.bestPrice(ASK)).toBe(TICKS);
  });

  it('triggers a stop that a print reaches, under its old id and in the same event', () => {
    const { exchange, now, rows } = market();
    const stop = exchange.nextId();
    exchange.stops.place(BID, 2002, stop, 2);
    for (let k = 0; k < 300; k++) exchange.nextId();
    exchange.add(now(), ASK, 2001, 1, OrderKind.Day);
    exchange.add(now(), ASK, 2002, 1, OrderKind.Day);
    exchange.add(now(), ASK, 2003, 9, OrderKind.Day);
    rows();
    exchange.aggress(now(), BID, 2001, 1, false);
    expect(texts(rows()).some((row) => row.startsWith(`TB ${stop}`))).toBe(false);
    exchange.aggress(now(), BID, 2002, 1, false);
    expect(texts(rows()).filter((row) => row.startsWith('T'))).toEqual([
      expect.stringMatching(/^TB \d+ 1@2002$/),
      `TB ${stop} 2@2003`,
    ]);
  });

  it('prints a fill of its own for an order amended through the market', () => {
    const { book, exchange, now, rows } = market();
    const slot = exchange.add(now(), BID, 1999, 2, OrderKind.Day);
    const id = book.id[slot];
    const ask = book.id[exchange.add(now(), ASK, 2001, 2, OrderKind.Day)];
    rows();
    exchange.amendThrough(now(), slot);
    const printed = texts(rows());
    expect(printed[0]).toBe(`TB ${id} 2@2001`);
    expect(printed.slice(1, 3).sort()).toEqual([`FA ${ask} 2@2001`, `FB ${id} 2@2001`]);
    expect(printed.slice(3)).toEqual([`CA ${ask} 2@2001`, `CB ${id} 2@1999.`]);
  });

  it('uncrosses at a price at which as many lots trade as at any', () => {
    const order = fc.record({
      bid: fc.boolean(),
      price: fc.integer({ min: 1990, max: 2010 }),
      lots: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 40 }), (orders) => {
        const { book, exchange, now, rows } = market();
        for (const { bid, price, lots } of orders)
          exchange.add(now(), bid ? BID : ASK, price, lots, OrderKind.Day);
        const traded = (price: number) => {
          const sum = (bid: boolean) =>
            orders
              .filter((o) => o.bid === bid && (bid ? o.price >= price : o.price <= price))
              .reduce((total, { lots }) => total + lots, 0);
          return Math.min(sum(true), sum(false));
        };
        const most = Math.max(...Array.from({ length: 21 }, (_, k) => traded(1990 + k)));
        let printed: [number, number, BookSide | null] | null = null;
        exchange.onTrade = (_, price, lots, side) => (printed = [price, lots, side]);
        exchange.uncross(now());
        if (most === 0) expect(printed).toBeNull();
        else {
          const [price, lots, side] = printed!;
          expect([lots, side, traded(price)]).toEqual([most, null, most]);
        }
        expect(book.bestPrice(BID)).toBeLessThan(book.bestPrice(ASK));
        const replica = new Replica(() => false);
        for (const batch of rows()) replica.apply(batch);
        expect(replica.faults).toEqual({});
        expect(replica.orders.size).toBe(book.orders);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps to what its events say, whatever is asked of it', () => {
    const command = fc.record({
      what: fc.integer({ min: 0, max: 6 }),
      bid: fc.boolean(),
      distance: fc.integer({ min: 1, max: 12 }),
      lots: fc.integer({ min: 1, max: 30 }),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(command, { minLength: 20, maxLength: 150 }), (commands) => {
        const { book, exchange, now, rows } = market();
        for (const { what, bid, distance, lots, pick } of commands) {
          const side = bid ? BID : ASK;
          const other = bid ? ASK : BID;
          const price = bid ? 2000 - distance : 2000 + distance;
          const slots = book.slots();
          const slot = slots.length > 0 ? slots[pick % slots.length] : NONE;
          const best = book.bestPrice(other);
          const hasOther = best > 0 && best < TICKS;
          if (what <= 1 || slot === NONE) {
            if (book.crosses(side, price)) continue;
            const added = exchange.add(now(), side, price, lots, OrderKind.Day);
            if (what === 1) {
              book.peak[added] = lots;
              book.hidden[added] = 3 * lots;
            }
          } else if (what === 2) exchange.cancel(now(), slot);
          else if (what === 3 && hasOther)
            exchange.aggress(now(), side, bid ? best + distance : best - distance, lots * 3, pick % 2 === 0);
          else if (what === 4) {
            const to = book.side[slot] === BID ? 2000 - distance : 2000 + distance;
            if (!book.crosses(book.side[slot] as BookSide, to)) exchange.reprice(now(), slot, to, lots);
          } else if (what === 5 && book.size[slot] > 1) exchange.shrink(now(), slot, 1);
          else if (what === 6 && hasOther)
            exchange.stops.place(side, bid ? best + distance : best - distance, exchange.nextId(), lots);
        }
        const replica = new Replica(() => true);
        for (const batch of rows()) replica.apply(batch);
        expect(replica.faults).toEqual({});
        const resting = [...replica.orders].map(([, { bid, price, size }]) => `${bid} ${price} ${size}`);
        const slots = [...book.slots()].map(
          (s) => `${book.side[s] === BID} ${book.price[s]} ${book.size[s]}`,
        );
        expect(resting.sort()).toEqual(slots.sort());
      }),
      { numRuns: 150 },
    );
  });
});

describe('CancelQueue', () => {
  it('hands out what is due in the order of time', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 1000 }), { freq: 2 }), { maxLength: 300 }), (steps) => {
        const queue = new CancelQueue();
        const waiting: number[] = [];
        let id = 0;
        for (const time of steps) {
          if (time !== null) {
            queue.push(time, 2 * id, id++);
            waiting.push(time);
            continue;
          }
          waiting.sort((a, b) => a - b);
          expect(queue.next).toBe(waiting[0] ?? Infinity);
          if (waiting.length === 0) continue;
          expect(queue.slot).toBe(2 * queue.id);
          queue.pop();
          waiting.shift();
        }
      }),
    );
  });
});
