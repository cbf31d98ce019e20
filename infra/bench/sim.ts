/** How fast a simulated day is written: simulation on one thread, encoding, compression and writing on another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateInto } from '../../workers/simulator/simulateInto';
import { sized } from './size';
import type { BenchResult } from './types';

const EVENTS = sized(8_000_000, 10_000);

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  try {
    const request = { symbol: 'ES', from: '2024-03-05', days: 1, strength: 0.8, seed: 1, options: true };
    const { events, seconds, files } = await simulateInto(folder, { ...request, events: EVENTS });
    const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
    const note = `${events} MBO events with their options, ${Math.round(megabytes)} MB as .dbn.zst`;
    return [{ name: 'simulated market, written', value: events / seconds, unit: 'events/s', note }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
