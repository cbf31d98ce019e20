/** A whole simulated session, options and all: what the operator makes of it, beside what the simulator put in. */
import type { DbnRecord } from '../../../graph/dbn';
import { sessionOf } from '../../../graph/market/calendar';
import type { Row } from '../../../graph/datasets/schema';
import { Action, MboBatch } from '../../../graph/records/mbo';
import { NS_PER_SECOND, TimeOrigin } from '../../../graph/market/time';
import { FLOW_FIGURES } from '../../../graph/options/optionFlowColumns';
import { EXPOSURE_FIGURES } from '../../../graph/options/optionExposureColumns';
import { optionDefinition } from '../../../graph/options/definition';
import { OptionsOperator } from '../../../graph/options/optionsOperator';
import { optionSettings } from '../../../graph/options/settings';
import { statisticRecord } from '../../../graph/session/optionRecords';
import { Simulation } from '../../../graph/sim/simulation';
import { collect, type Played } from './support';
import { ES, PRODUCTS } from '../../support/products';

const BAR = BigInt(5 * NS_PER_SECOND);

interface Day {
  contract: string;
  prices: { at: bigint; points: number }[];
  records: DbnRecord[];
}

function simulatedDay(tradeDate: string): Day {
  const request = {
    symbol: 'ES',
    from: tradeDate,
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

describe.each([
  ['2024-01-10', 'ESH4'],
  // The second date after the roll, with options on the contract before until Friday.
  ['2024-03-12', 'ESM4'],
])('a simulated session of %s', (tradeDate, front) => {
  const session = sessionOf(tradeDate, ES);
  const origin = new TimeOrigin(session.window.start);
  const rows: Played = { flow: [], exposure: [] };
  const { flow, exposure } = rows;
  let contract = '';

  beforeAll(() => {
    const day = simulatedDay(tradeDate);
    const { prices, records } = day;
    contract = day.contract;
    const operator = new OptionsOperator({
      contract,
      product: ES,
      tradeDate,
      origin,
      settings: optionSettings.parse({}),
      barSeconds: 5,
    });
    const offset = (ns: bigint) => Number(ns - origin.ns);
    for (const record of records) {
      if (record.type === 'definition')
        operator.push({
          type: 'definition',
          definition: optionDefinition({ ...record, symbol: record.rawSymbol }, ES, tradeDate, origin),
        });
      else if (record.type === 'statistics') {
        const told = statisticRecord(record);
        if (told) operator.push(told);
      }
    }
    const trades = records.filter((record) => record.type === 'trades');
    let [t, p] = [0, 0];
    for (let start = session.rthOpen; start < session.rthClose; start += BAR) {
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

  it('has options that expire on the day itself, on whichever future', () => {
    expect(contract).toBe(front);
    const toClose = (row: Row) => Number(session.rthClose - (row.ts as bigint)) / 1e9;
    for (const row of exposure.slice(5, -1)) expect(row.nearest_expiry_seconds).toBe(toClose(row));
    expect(exposure.at(-2)!.nearest_gex).not.toBe(0);
  });

  it('finds the volatility the options were priced with, and prices what is open', () => {
    for (const row of exposure.slice(5)) {
      // Simulated between 8 and 30 % at the money.
      expect(row.nearest_vol).toBeGreaterThan(0.07);
      expect(row.nearest_vol).toBeLessThan(0.35);
      // In its last hours an option is worth so little that a tick of the basis counts.
      if ((row.nearest_expiry_seconds as number) > 2 * 3600)
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
