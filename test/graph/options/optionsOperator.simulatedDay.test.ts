/** A whole simulated session, options and all: what the operator makes of it, beside what the simulator put in. */
import type { DbnRecord } from '../../../graph/dbn';
import { sessionOf } from '../../../graph/market/calendar';
import { Action, MboBatch } from '../../../graph/records/mbo';
import { NS_PER_SECOND, TimeOrigin } from '../../../graph/market/time';
import { utcDay } from '../../../graph/market/easternTime';
import { FLOW_FIGURES } from '../../../graph/options/optionFlowColumns';
import { EXPOSURE_FIGURES } from '../../../graph/options/optionExposureColumns';
import { optionDefinition } from '../../../graph/options/definition';
import { OptionsOperator } from '../../../graph/options/optionsOperator';
import { optionSettings } from '../../../graph/options/settings';
import { Simulation } from '../../../graph/sim/simulation';
import { collect, type Played } from './support';
import { ES, PRODUCTS } from '../../support/products';

const TRADE_DATE = '2024-01-10';
const SESSION = sessionOf(TRADE_DATE, ES);
const ORIGIN = new TimeOrigin(SESSION.window.start);
const BAR = BigInt(5 * NS_PER_SECOND);

interface Day {
  contract: string;
  prices: { at: bigint; points: number }[];
  records: DbnRecord[];
}

function simulatedDay(): Day {
  const request = {
    symbol: 'ES',
    from: TRADE_DATE,
    days: 1,
    events: 60_000,
    strength: 0.5,
    seed: 7,
    options: true,
  };
  const pool = { take: () => new MboBatch(4096), give: () => undefined };
  const day: Day = { contract: '', prices: [], records: [] };
  for (const output of new Simulation(request, pool, PRODUCTS).run()) {
    if (output.kind === 'records') day.records.push(...output.records);
    if (output.kind === 'truth') day.contract ||= output.rows[0]?.contract ?? '';
    if (output.kind !== 'mbo') continue;
    const { batch } = output;
    for (let i = 0; i < batch.length; i++)
      if (batch.action[i] === Action.Trade)
        day.prices.push({ at: batch.tsRecv[i], points: Number(batch.price[i]) / 1e9 });
  }
  return day;
}

describe('a simulated session', () => {
  const rows: Played = { flow: [], exposure: [] };
  const { flow, exposure } = rows;

  beforeAll(() => {
    const { contract, prices, records } = simulatedDay();
    const operator = new OptionsOperator({
      contract,
      product: ES,
      tradeDate: TRADE_DATE,
      origin: ORIGIN,
      settings: optionSettings.parse({}),
      barSeconds: 5,
    });
    const offset = (ns: bigint) => Number(ns - ORIGIN.ns);
    for (const record of records) {
      if (record.type === 'definition')
        operator.push({
          type: 'definition',
          definition: optionDefinition({ ...record, symbol: record.rawSymbol }, ES, TRADE_DATE, ORIGIN),
        });
      else if (record.type === 'statistics' && record.statType === 9)
        operator.push({
          type: 'openInterest',
          instrumentId: record.instrumentId,
          day: utcDay(record.tsRef),
          lots: Number(record.quantity),
        });
    }
    const trades = records.filter((record) => record.type === 'trades');
    let [t, p] = [0, 0];
    for (let start = SESSION.rthOpen; start < SESSION.rthClose; start += BAR) {
      const end = start + BAR;
      while (t < trades.length && trades[t].tsRecv < end) {
        const trade = trades[t++];
        for (; p < prices.length && prices[p].at <= trade.tsRecv; p++)
          operator.push({ type: 'future', price: prices[p].points });
        operator.push({
          type: 'trade',
          instrumentId: trade.instrumentId,
          at: offset(trade.tsEvent),
          price: Number(trade.price) / 1e9,
          lots: trade.size,
          side: trade.side.charCodeAt(0),
        });
      }
      for (; p < prices.length && prices[p].at < end; p++)
        operator.push({ type: 'future', price: prices[p].points });
      operator.push({ type: 'barEnd', start: offset(start), end: offset(end), levels: [] });
    }
    collect(rows, operator.take());
  });

  it('has a row of flow every bar and one of exposure every minute', () => {
    expect(flow).toHaveLength(6.5 * 720);
    expect(exposure).toHaveLength(6.5 * 60);
    expect(flow.at(-1)!.has_flow).toBe(true);
    expect(exposure.at(-1)!.has_exposure).toBe(true);
  });

  it('finds the volatility the options were priced with, and prices what is open', () => {
    for (const row of exposure.slice(5)) {
      // Simulated between 8 and 30 % at the money.
      expect(row.nearest_vol).toBeGreaterThan(0.07);
      expect(row.nearest_vol).toBeLessThan(0.35);
      expect(Math.abs((row.nearest_vol as number) - (row.next_vol as number))).toBeLessThan(0.05);
      expect(row.open_interest).toBeGreaterThan(100_000);
      expect(row.priced_open_interest).toBe(row.open_interest);
    }
    // And with a skew: lower strikes cost more.
    const skews = exposure.map((row) => row.skew as number).sort((a, b) => a - b);
    expect(skews[skews.length >> 1]).toBeGreaterThan(0);
    const unpriced = flow.reduce((sum, row) => sum + (row.unpriced_trades as number), 0);
    const traded = flow.reduce((sum, row) => sum + (row.trades as number), 0);
    expect(traded).toBeGreaterThan(200);
    expect(unpriced).toBeLessThan(0.05 * traded);
  });

  it('makes figures of it that are finite and vary', () => {
    // A wall may stand all day; the simulator trades neither combinations nor without a side.
    const still =
      /^(trades|call_wall|put_wall|open_interest|priced_open_interest|unpriced|side_none|combination|other_excluded)/;
    for (const [figures, table] of [
      [FLOW_FIGURES, flow],
      [EXPOSURE_FIGURES, exposure],
    ] as const)
      for (const { name } of figures) {
        const values = table.map((row) => row[name]).filter((value) => value !== null);
        expect(values.every(Number.isFinite)).toBe(true);
        if (!still.test(name) && new Set(values).size < 5)
          throw new Error(`${name} hardly varies: ${[...new Set(values)].join(', ')}`);
      }
  });
});
