import { silverBars } from '../../../graph/bars/barsTable';
import { OrderBook } from '../../../graph/book/orderBook';
import { silverOptionFlow } from '../../../graph/options/optionTables';
import { MboBatch } from '../../../graph/records/mbo';
import { OptionReplay, pushMerged } from '../../../graph/session/optionReplay';
import { frameOf } from '../../../graph/session/inputs';
import { OpenedSession } from '../../support/openedSession';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { Computation } from '../../../graph/catalog/datasetGraph';
import type { SessionFrame } from '../../../graph/session/inputs';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { restoreState, saveState } from '../../../graph/state/blob';
import { featureSettings } from '../../../graph/settings';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { record, writeRow } from '../book/records';

const inputs = { contract: 'ESH4', tradeDate: '2024-03-05', settings: DEFAULT_SETTINGS };
const { rthOpen } = frameOf(inputs).clock.session;
const SECOND = 1_000_000_000n;

/** An order a second from the open on. */
const orders = new MboBatch(40);
for (let i = 0; i < 40; i++) {
  const at = rthOpen + BigInt(i) * SECOND;
  const price = 5_100_000_000_000n + BigInt(i % 2) * 250_000_000n;
  writeRow(orders, i, record({ id: BigInt(i + 1), price, side: i % 2 ? 'A' : 'B', tsEvent: at, tsRecv: at }));
}
orders.length = 40;

/** A call that trades every three seconds, at the instants of records. */
const options = {
  definitions: [
    {
      tsRecv: rthOpen - SECOND,
      instrumentId: 9,
      symbol: 'ESH4 C5100',
      instrumentClass: 'C',
      underlying: 'ESH4',
      strikePrice: 5_100_000_000_000n,
      expiration: rthOpen + 86_400n * 10n * SECOND,
    },
  ],
  statistics: [],
  trades: Array.from({ length: 13 }, (_, k) => ({
    tsRecv: rthOpen + BigInt(3 * k) * SECOND,
    tsEvent: rthOpen + BigInt(3 * k) * SECOND,
    instrumentId: 9,
    price: 20_000_000_000n,
    size: 1,
    side: 'B',
  })),
};

/** Trades of options in each bar. */
function tradesByBar(cuts: number[]): number[] {
  const session = new OpenedSession(inputs);
  const { origin } = session.frame;
  let replay = new OptionReplay(options, session.frame);
  const counts: number[] = [];
  const take = () => {
    const { columns, rowCount } = session.take(silverOptionFlow);
    counts.push(...(columns.other_excluded_trades as Int32Array).slice(0, rowCount));
  };
  let from = 0;
  for (const to of [...cuts, orders.length]) {
    pushMerged(session, orders, replay, from, to);
    take();
    session.restart();
    const recv = to > 0 ? origin.offset(orders.tsRecvWords, to - 1) : -Infinity;
    replay = new OptionReplay(options, session.frame, recv);
    from = to;
  }
  session.finish();
  take();
  return counts;
}

it('tells every piece of the options data once, wherever it is stopped', () => {
  // A trade captured at the instant of a record comes after it, so the one at the end of a bar counts into the next.
  const expected = [2, 2, 1, 2, 2, 1, 2, 1];
  expect(tradesByBar([])).toEqual(expected);
  for (const cuts of [
    [1, 3, 4, 10, 11, 12, 30],
    [15, 16],
    [0, 6, 6, 39],
  ])
    expect(tradesByBar(cuts)).toEqual(expected);
});

it('goes on from its saved book, not from the opening one', () => {
  const { product, origin } = frameOf(inputs);
  const book = new OrderBook({ tickNanos: product.tickNanos, origin });
  for (let i = 0; i < 10; i++) book.apply(orders, i);
  const openingBook = saveState(book);
  const bidOrders = (restarts: number[]) => {
    const session = new OpenedSession({ ...inputs, openingBook });
    for (let i = 10; i < orders.length; i++) {
      session.push({ kind: 'records', batch: orders, from: i, to: i + 1 });
      if (restarts.includes(i)) session.restart();
    }
    session.finish();
    const { columns, rowCount } = session.take(silverBars);
    return Array.from((columns.bid_n as Int32Array).subarray(0, rowCount));
  };
  const expected = bidOrders([]);
  expect(expected.at(-1)).toBe(20);
  expect(bidOrders([10, 25])).toEqual(expected);
});

describe('the session graph', () => {
  const silver = DATASET_GRAPH.computationsOf('silver');

  it('gives operators nothing that their datasets do not declare', () => {
    let seen: SessionFrame | undefined;
    const spying = (settings: Computation['settings'], dataset: string): Computation => ({
      ...silver[0],
      settings,
      upstream: [{ dataset, partitions: 'same' }],
      operator: {
        kind: 'session',
        module: 'test/spy',
        open: (frame) => {
          seen = frame;
          return { push: () => {}, advanceTo: () => {}, take: () => [], save: () => {}, restore: () => {} };
        },
      },
    });
    const known = { ...inputs, previousDay: { high: 2, low: 1 }, openingBook: new Uint8Array(1) };
    void new SessionGraph(known, [spying(['bars'], 'bronze.mbo')]);
    expect(seen).toMatchObject({ previousDay: undefined, openingBook: undefined });
    expect(seen!.settings.bars.seconds).toBe(5);
    expect(() => seen!.settings.episodes).toThrow(
      'test/spy reads the settings episodes, which none of its datasets declares',
    );
    void new SessionGraph(known, [spying(['episodes'], 'raw.trading')]);
    expect(seen!.previousDay).toEqual({ high: 2, low: 1 });
    expect(seen!.settings.episodes.touchTicks).toBe(2);
  });

  it('is restored to the same session only', () => {
    const saved = saveState(new SessionGraph(inputs, silver));
    const others = [
      { ...inputs, contract: 'ESM4' },
      { ...inputs, tradeDate: '2024-03-06' },
      { ...inputs, settings: featureSettings.parse({ bars: { seconds: 10 } }) },
    ];
    for (const other of others)
      expect(() => restoreState(new SessionGraph(other, silver), saved)).toThrow(
        expect.objectContaining({ code: 'CorruptState' }),
      );
    expect(saveState(restoreState(new SessionGraph(inputs, silver), saved))).toEqual(saved);
  });
});
