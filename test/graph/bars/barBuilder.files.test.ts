import type { Row } from '../../../graph/datasets/schema';
import { Cause, type DepthChange } from '../../../graph/bars/depthChange';
import { BarBuilder } from '../../../graph/bars/barBuilder';
import { OrderBook } from '../../../graph/book/orderBook';
import { SessionClock, sessionOf } from '../../../graph/market/calendar';
import { Action, Flag, type MboBatch } from '../../../graph/records/mbo';
import { TimeOrigin } from '../../../graph/market/time';
import { describeWithData } from '../../support/data';
import { ES_1225, loadMbo } from '../book/records';
import { rowsOf } from './drive';
import { ES } from '../../support/products';

const OPEN = 1_703_545_200_000_000_000n;
const DAY_END = 1_703_548_800_000_000_000n;

describeWithData('bars of the ES evening of 2023-12-25', () => {
  let batch: MboBatch;
  let rows: Row[];
  const refreshed = new Map<string, number>();

  const total = (...names: string[]) =>
    names.reduce((sum, name) => sum + rows.reduce((part, row) => part + (row[name] as number), 0), 0);
  const bothSides = (...patterns: string[]) =>
    total(...patterns.flatMap((pattern) => [pattern.replace('*', 'bid'), pattern.replace('*', 'ask')]));

  beforeAll(async () => {
    batch = await loadMbo(ES_1225);
    rows = barsOf(batch, 0, (id) => refreshed.set(id, (refreshed.get(id) ?? 0) + 1));
  });

  /** Bars of the records from one on; told of every refresh of an iceberg. */
  function barsOf(batch: MboBatch, from = 0, onRefresh: (id: string) => void = () => undefined): Row[] {
    const session = sessionOf('2023-12-26', ES);
    const origin = new TimeOrigin(session.window.start);
    const options = { tickNanos: 250_000_000, origin };
    const book = new OrderBook(options);
    const watcher = {
      onOpen: () => undefined,
      onDepth({ cause }: DepthChange) {
        if (cause === Cause.Refresh) onRefresh(String(book.orderId(book.change.slot)));
      },
      onClose: () => undefined,
    };
    const bars = new BarBuilder({ ...options, sessions: new SessionClock(session, origin), watcher });
    for (let i = from; i < batch.length; i++) {
      const t = origin.offset(batch.tsEventWords, i);
      bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      bars.onRecord(batch, i, book);
      if ((batch.flags[i] & Flag.Last) !== 0) bars.onEventEnd(t, book);
    }
    bars.finish(Number(DAY_END - origin.ns), book);
    return rowsOf(bars.take());
  }

  it('follow one another from the first live event to midnight UTC', () => {
    expect(rows).toHaveLength(1440);
    expect(rows[0].bar_start_utc).toBe(OPEN - 3_600_000_000_000n);
    rows.forEach((row, k) =>
      expect(row.bar_start_utc).toBe((rows[0].bar_start_utc as bigint) + BigInt(k) * 5_000_000_000n),
    );
  });

  it('have the volumes of the day by aggressor', () => {
    expect(total('volume')).toBe(9892);
    expect(total('buy_vol')).toBe(5322);
    expect(total('sell_vol')).toBe(4526);
    expect(total('side_none_vol')).toBe(44);
    expect(total('trades')).toBe(2973);
    expect(total('fill_vol')).toBe(10_201);
    expect(total('last_events')).toBe(47_022);
  });

  it('sum to the totals of the records, side by side', () => {
    const sums: Record<string, number> = {};
    const count = (name: string, lots: number) => (sums[name] = (sums[name] ?? 0) + lots);
    for (let i = 0; i < batch.length; i++) {
      if ((batch.flags[i] & Flag.Snapshot) !== 0) continue;
      const side = String.fromCharCode(batch.side[i]) === 'B' ? 'bid' : 'ask';
      if (batch.action[i] === Action.Add) count(`add_${side}`, batch.size[i]);
      if (batch.action[i] === Action.Cancel) count(`cxl_${side}`, batch.size[i]);
      if (batch.action[i] === Action.Modify) count(`mod_${side}_n`, 1);
    }
    expect(Object.fromEntries(Object.keys(sums).map((name) => [name, total(name)]))).toEqual(sums);
    expect(bothSides('mod_*_n')).toBe(12_233);
  });

  it('tell aggressors apart as their ids do', () => {
    // 2,727 fresh aggressors; 38 further prints are those of sweeps, under the id of their first.
    expect(total('fresh_trades')).toBe(2727 + 38);
    expect(total('modified_trades')).toBe(107);
    expect(total('stop_trades')).toBe(96);
    expect(total('stop_buy_vol', 'stop_sell_vol')).toBe(200);
    expect(total('ambiguous_trades')).toBe(4);
    expect(total('ambiguous_buy_vol', 'ambiguous_sell_vol')).toBe(5);
    expect(total('auction_trades')).toBe(1);
    expect(total('auction_vol')).toBe(44);
    const kinds = ['fresh', 'modified', 'stop', 'ambiguous'];
    expect(total(...kinds.map((kind) => `${kind}_buy_vol`))).toBe(5322);
    expect(total(...kinds.map((kind) => `${kind}_sell_vol`))).toBe(4526);
    expect(total('sweep_buy_n', 'sweep_sell_n')).toBe(36);
  });

  it('take no resting order for a stop where they begin midway, without a book', () => {
    const names = ['modified', 'stop'].flatMap((kind) => [
      `${kind}_buy_vol`,
      `${kind}_sell_vol`,
      `${kind}_trades`,
    ]);
    const sums = (of: Row[]) => names.map((name) => of.reduce((sum, row) => sum + (row[name] as number), 0));
    // The bars of the whole evening, which know what rests, are the measure.
    for (const minutes of [1, 5, 10, 20, 30, 45]) {
      const from = OPEN + BigInt(minutes) * 60_000_000_000n;
      const first = batch.tsEvent.findIndex((t, i) => t >= from && batch.flags[i - 1] >= 128);
      const midway = barsOf(batch, first);
      expect(midway[0].book_state).toBe('warming');
      expect(sums(midway)).toEqual(sums(rows.slice(rows.length - midway.length)));
    }
  });

  it('see 83 refreshes of 12 icebergs', () => {
    expect(bothSides('iceberg_*_n')).toBe(83);
    expect([...refreshed.values()].sort((a, b) => b - a)).toEqual([19, 14, 13, 9, 7, 5, 5, 4, 4, 1, 1, 1]);
  });

  it('account for every lot: depth changes by what is added, pulled, filled and modified', () => {
    const banded = (what: string) =>
      ['inside', 'touch', 't1_3', 't4_10', 'beyond'].map((band) => `${what}_*_${band}`);
    const lots = (what: string) => bothSides(...banded(what));
    // 8,725 orders of the snapshot held 19,424 + 18,880 lots; at the end they are 22,050 + 20,110.
    expect(lots('add') - lots('pull') - lots('fill') + lots('mod')).toBe(22_050 + 20_110 - 19_424 - 18_880);
    expect(lots('add')).toBe(bothSides('add_*'));
    // Resting orders met every lot traded, those of both sides the 44 of the uncrossing; but icebergs gave 194 lots beyond what
    // they displayed, and 14 came from orders that waited for the uncrossing out of sight.
    expect(lots('fill')).toBe(9892 + 44 - 194 - 14);
  });

  it('place adds where live adds land', () => {
    const share = (band: string) => bothSides(`add_*_${band}_n`) / 20_491;
    expect(share('inside')).toBeCloseTo(0.04, 2);
    expect(share('touch')).toBeCloseTo(0.55, 1);
    expect(share('t1_3')).toBeCloseTo(0.1, 1);
    expect(share('t4_10')).toBeCloseTo(0.07, 2);
    expect(share('beyond')).toBeCloseTo(0.25, 1);
  });

  it('stand at the published book at their end', () => {
    expect(rows.at(-1)).toMatchObject({
      bid: 4810,
      bid_sz: 22,
      bid_n: 22,
      ask: 4810.25,
      ask_sz: 28,
      ask_n: 18,
    });
    // The bar 23:00:00-23:00:05 opened with the uncrossing.
    expect(rows[720]).toMatchObject({
      bar_start_utc: OPEN,
      open: 4800.25,
      trading_state: 'continuous',
      session: 'overnight',
    });
    expect(rows[719]).toMatchObject({ session: 'halt' });
    expect(rows[719].spread as number).toBeLessThan(0);
    expect(rows[720 + 119]).toMatchObject({ bid: 4807, bid_sz: 26, ask: 4807.5, ask_sz: 35 });
    expect(rows[720 + 359]).toMatchObject({ bid: 4810.25, bid_sz: 49, ask: 4810.5, ask_sz: 20 });
  });

  it.each([
    [5, 0.41],
    [10, 0.47],
    [30, 0.59],
    [60, 0.7],
  ])('explain changes of the mid over %d s by order-flow imbalance with R2 %d', (seconds, expected) => {
    const length = seconds / 5;
    const hour = rows.slice(720);
    const flows: number[] = [];
    const moves: number[] = [];
    // The first interval holds the auction: its mid has no predecessor to differ from.
    for (let k = length; k + length <= hour.length; k += length) {
      flows.push(hour.slice(k, k + length).reduce((sum, row) => sum + (row.ofi_l1 as number), 0));
      moves.push((hour[k + length - 1].mid as number) - (hour[k - 1].mid as number));
    }
    expect(Math.abs(squaredCorrelation(flows, moves) - expected)).toBeLessThan(0.01);
  });
});

function squaredCorrelation(xs: number[], ys: number[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const cov = mean(xs.map((x, k) => (x - mx) * (ys[k] - my)));
  return cov ** 2 / (mean(xs.map((x) => (x - mx) ** 2)) * mean(ys.map((y) => (y - my) ** 2)));
}
