/** What a person at a screen waits for: the gateway, a process of its own, with a browser and with many screens at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livePart } from './screen/livePart';
import { replayPart } from './screen/replayPart';
import type { BenchResult } from './types';

export async function bench({ events }: { events?: number }): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  try {
    return [...(await livePart(folder)), ...(await replayPart(folder, events))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
