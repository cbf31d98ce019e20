/** How fast a raw file becomes bars: decompression, decoding, book and every family, on one thread. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BarBuilder } from '../../graph/bars/barBuilder';
import { LevelVacuum } from '../../graph/bars/vacuum/levelVacuum';
import { OrderBook } from '../../graph/book/orderBook';
import { DbnDecoder } from '../../graph/dbn';
import { SessionClock, sessionOf } from '../../graph/market/calendar';
import { Flag, type MboBatch } from '../../graph/records/mbo';
import { INDEX_CALENDAR } from '../../graph/market/hours';
import { TimeOrigin } from '../../graph/market/time';
import { ZstdReader } from '../../lake/raw/zstd';
import { PROJECT_ROOT } from '../root';
import { fastestRate } from './fastestRate';
import type { BenchResult } from './types';

const DATA = process.env.SPYMASTER_TEST_DATA ?? join(PROJECT_ROOT, '..', 'shared', 'data');
const FILE = join(DATA, 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');
const rate = (pass: () => number) => fastestRate(pass, 1, 2);

const session = sessionOf('2023-12-26', INDEX_CALENDAR);
const origin = new TimeOrigin(session.window.start);
const options = { tickNanos: 250_000_000, origin, sessions: new SessionClock(session, origin) };

/** Decompresses and decodes the file, handing every batch on. */
function decode(bytes: Uint8Array, mbo: (batch: MboBatch) => void): number {
  const decoder = new DbnDecoder({ mbo });
  const reader = new ZstdReader((piece) => decoder.push(piece));
  for (let at = 0; at < bytes.length;) at = reader.push(bytes, at);
  reader.end();
  decoder.end();
  return decoder.records;
}

function throughBook(bytes: Uint8Array): number {
  const book = new OrderBook(options);
  return decode(bytes, (batch) => {
    for (let i = 0; i < batch.length; i++) book.apply(batch, i);
  });
}

/** Levels in the range of that evening, ticks. */
const levels = {
  advanceTo: () => undefined,
  levels: [19204, 19220, 19232, 19240].map((price) => ({ id: `USER@${price / 4}`, kind: 'USER', price })),
};

function throughBars(bytes: Uint8Array, watcher?: LevelVacuum): number {
  const book = new OrderBook(options);
  const bars = new BarBuilder({ ...options, watcher });
  const records = decode(bytes, (batch) => {
    for (let i = 0; i < batch.length; i++) {
      const t = origin.offset(batch.tsEventWords, i);
      bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      bars.onRecord(batch, i, book);
      if ((batch.flags[i] & Flag.Last) !== 0) bars.onEventEnd(t, book);
    }
  });
  bars.take();
  watcher?.take();
  return records;
}

export async function bench(): Promise<BenchResult[]> {
  if (!existsSync(FILE)) {
    process.stderr.write(`bench: no bars: ${FILE} is not there (set SPYMASTER_TEST_DATA)\n`);
    return [];
  }
  const bytes = readFileSync(FILE);
  const unit = 'records/s';
  const note = 'a quiet evening: a bar every 42 live records, where a normal session has about 1,000';
  return [
    { name: 'zstd + decode', value: rate(() => decode(bytes, () => undefined)), unit },
    { name: 'zstd + decode + book', value: rate(() => throughBook(bytes)), unit },
    { name: 'zstd + decode + book + bars', value: rate(() => throughBars(bytes)), unit, note },
    {
      name: 'zstd + decode + book + bars + vacuum',
      value: rate(() => throughBars(bytes, new LevelVacuum({ ...options, levels }))),
      unit,
      note: `${levels.levels.length} levels; ${note}`,
    },
  ];
}
