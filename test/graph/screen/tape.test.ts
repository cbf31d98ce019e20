import { OrderBook } from '../../../graph/book/orderBook';
import { ASK, BID } from '../../../graph/book/side';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { Episode } from '../../../graph/episodes/episode';
import { NS_PER_SECOND } from '../../../graph/market/time';
import type { MboBatch } from '../../../graph/records/mbo';
import { decodeDepth } from '../../../graph/screen/depthHistory';
import { MarketView } from '../../../graph/screen/marketView';
import { screenMessage } from '../../../graph/screen/messages';
import { Tape } from '../../../graph/screen/tape';
import { restoreState } from '../../../graph/state/blob';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { frame, inputs, simulatedDay } from './market';

const { origin, product } = frame;
let day: MboBatch;
let tape: Tape;
const episodes: Episode[] = [];

beforeAll(() => {
  day = simulatedDay();
  tape = new Tape(frame);
  const session = new SessionGraph(inputs, DATASET_GRAPH.computations);
  for (let from = 0; from < day.length;) {
    const to = pieceFrom(from);
    tape.records(day, from, to);
    session.push({ kind: 'records', batch: day, from, to });
    take(session.take());
    from = to;
  }
  take(session.end());

  function take(events: ReturnType<SessionGraph['take']>) {
    tape.events(events);
    for (const event of events) if (event.kind === 'episode') episodes.push(event.episode);
  }
});

/** End of the records of half a second, from one on. */
function pieceFrom(from: number): number {
  const end = day.tsRecv[from] + 500_000_000n;
  let to = from;
  while (to < day.length && day.tsRecv[to] < end) to++;
  return to;
}

test('the log has what became known, in order, none before it was', () => {
  expect(tape.log.length).toBeGreaterThan(100);
  for (const [k, { at, message }] of tape.log.entries()) {
    expect(screenMessage.parse(message)).toEqual(message);
    if (k > 0) expect(at).toBeGreaterThanOrEqual(tape.log[k - 1].at);
    if (message.kind === 'bars') for (const start of message.start) expect(at).toBeGreaterThan(start);
    if (message.kind === 'episode') expect(at).toBeGreaterThanOrEqual(message.touchAt);
    if (message.kind === 'levels')
      for (const { since } of message.levels) expect(since).toBeLessThanOrEqual(at);
  }
  const told = tape.log.flatMap(({ message }) => (message.kind === 'episode' ? message.id : []));
  expect(told).toEqual(episodes.map(({ id }) => id));
  expect(told.length).toBeGreaterThan(0);
});

test('what is known by a time is what a tape of the records until then has', () => {
  const middle = tape.log[Math.floor(tape.log.length / 2)].at;
  const early = tape.knownBy(middle);
  expect(early.length).toBe(tape.log.filter(({ at }) => at <= middle).length);
  expect(tape.knownBy(-Infinity)).toEqual([]);
  expect(tape.knownBy(Infinity)).toEqual(tape.log);
});

test('a checkpoint and the records after it give the market as it was', () => {
  const { view, checkpoints } = tape;
  const { records, state } = checkpoints[checkpoints.length - 1];
  const restored = new MarketView({ tickNanos: product.tickNanos, origin });
  restoreState(restored, state);
  restored.push(day, records, day.length);
  expect(restored.totals).toEqual(view.totals);
  expect(restored.records).toBe(view.records);
  expect(tape.checkpointBefore(-Infinity)).toBe(checkpoints[0]);
});

test('a column of depth is the book as of the end of its second', () => {
  const history = decodeDepth(tape.depth.encode(-Infinity, Infinity, 1).buffer);
  expect(history.columns.length).toBeGreaterThan(1000);
  const book = new OrderBook({ tickNanos: product.tickNanos, origin });
  let next = 0;
  for (const k of [0, 10, 500, history.columns.length - 1]) {
    const end = history.start + (k + 1) * NS_PER_SECOND;
    while (next < day.length && origin.offset(day.tsRecvWords, next) < end) book.apply(day, next++);
    const { lowest, bestBid, lots, orders } = history.columns[k];
    expect(bestBid).toBe(book.bestPrice(BID));
    for (let row = 0; row < history.rows; row++) {
      const price = lowest + row;
      expect([lots[row], orders[row]]).toEqual([
        book.levelSize(BID, price) + book.levelSize(ASK, price),
        book.levelOrders(BID, price) + book.levelOrders(ASK, price),
      ]);
    }
  }
});

test('columns of several seconds are the last of them, and a stretch is what was asked for', () => {
  const all = decodeDepth(tape.depth.encode(-Infinity, Infinity, 1).buffer);
  const from = all.start + 100 * NS_PER_SECOND;
  const part = decodeDepth(tape.depth.encode(from, from + 60 * NS_PER_SECOND, 5).buffer);
  expect(part).toMatchObject({ start: from, seconds: 5 });
  expect(part.columns.length).toBe(12);
  expect(part.columns[1].lots).toEqual(all.columns[109].lots);
  expect(decodeDepth(tape.depth.encode(0, 0, 1).buffer).columns).toEqual([]);
  expect(() => decodeDepth(new ArrayBuffer(7))).toThrow('no history of depth');
});
