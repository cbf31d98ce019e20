/** Real one-minute bars of ES by trade date, and the trades they stand for. */
import { DuckDBInstance } from '@duckdb/node-api';
import { SessionClock, sessionOf, tradeDateOf } from '../../../graph/market/calendar';
import { TimeOrigin } from '../../../graph/market/time';
import { dataPath } from '../../support/data';
import type { Tick } from '../../support/sessions';
import { ES } from '../../support/products';

/** Prices in ticks; `t` is the start of the minute, ns since the origin of the trade date's clock. */
export interface MinuteBar {
  t: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

export interface BarDay {
  date: string;
  clock: SessionClock;
  bars: MinuteBar[];
}

export async function readBarDays(): Promise<BarDay[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const file = dataPath('es_1m_2025.parquet');
  const reader = await connection.runAndReadAll(
    `SELECT epoch_ns(datetime), open * 4, high * 4, low * 4, close * 4 FROM '${file}' ORDER BY 1`,
  );
  connection.closeSync();
  const days = new Map<string, BarDay>();
  for (const [ns, open, high, low, close] of reader.getRows() as [bigint, number, number, number, number][]) {
    const date = tradeDateOf(ns, ES);
    let day = days.get(date);
    if (!day) {
      const session = sessionOf(date, ES);
      days.set(
        date,
        (day = { date, clock: new SessionClock(session, new TimeOrigin(session.window.start)), bars: [] }),
      );
    }
    day.bars.push({ t: Number(ns - day.clock.origin.ns), open, high, low, close });
  }
  return [...days.values()];
}

/**
 * Trades along the path a bar is taken to have gone: open, the extreme away from the close, the other extreme, close; every tick
 * of the way once, spread evenly over the minute.
 */
export function tradesOf({ t, open, high, low, close }: MinuteBar): Tick[] {
  const corners = close >= open ? [low, high, close] : [high, low, close];
  const prices = [open];
  let price = open;
  for (const corner of corners) while (price !== corner) prices.push((price += Math.sign(corner - price)));
  return prices.map((p, i) => ({ t: t + Math.floor((i * 60e9) / prices.length), price: p }));
}
