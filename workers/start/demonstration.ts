/** What a new user sees first: ten simulated sessions, from their files to outcomes, through Temporal. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { planBackfill } from '../../activities/planning/plan';
import { parseBackfill } from '../../activities/planning/requests';
import { tradeDates } from '../../graph/market/calendar';
import { SIZES } from '../../graph/sim/simulation';
import type { Lake } from '../../lake/lake';
import type { Products } from '../../graph/products/catalog';
import { openLake } from '../cli/openLake';
import { findRawFiles } from '../../lake/raw/findFiles';
import { backfillId } from '../../workflows/ids';
import { reportResult } from '../cli/backfillReport';
import { note } from '../cli/output';
import { ProgressLine, bar } from '../cli/progress';
import { followBackfill, startBackfill } from '../cli/watchBackfill';
import type { Config } from '../config';
import { simulateInto } from '../simulator/simulateInto';
import { withClient } from '../temporal/client';

const RANGE = { symbol: 'ES', start: '2024-01-03', end: '2024-01-17' };
/** How much order flow tells about outcomes: enough to be seen, not all. */
const STRENGTH = 0.8;

/**
 * Simulates, imports and backfills, each as far as it was not done before: interrupted, it goes on the next time. A lake
 * that holds other data is left alone.
 */
export async function demonstrate(config: Config, signal: AbortSignal): Promise<void> {
  const lake = await openLake(config);
  const folder = join(config.lake, 'simulated');
  if (!existsSync(folder)) {
    if ((await lake.raw.list()).length > 0) return;
    await simulate(folder, lake.products, signal);
  }
  await importAll(lake, folder, signal);
  await backfill(config, signal);
}

async function simulate(folder: string, products: Products, signal: AbortSignal): Promise<void> {
  const days = tradeDates(RANGE.start, RANGE.end, products.productOf(RANGE.symbol)).length;
  note(`Simulating ${days} small sessions into ${folder}`);
  const { symbol, start: from } = RANGE;
  const draft = `${folder}.part`;
  const line = new ProgressLine();
  try {
    await simulateInto(
      draft,
      { symbol, from, days, events: SIZES.small, strength: STRENGTH, seed: 1, options: true },
      {
        products,
        signal,
        onProgress: (_, events) => line.show(`${bar(Math.floor(events / SIZES.small), days)} sessions`),
      },
    );
    renameSync(draft, folder);
  } finally {
    line.end();
    rmSync(draft, { recursive: true, force: true });
  }
}

async function importAll(lake: Lake, folder: string, signal: AbortSignal): Promise<void> {
  const known = new Set((await lake.raw.list()).map(({ name }) => name));
  const files = (await findRawFiles(folder)).filter((file) => !known.has(basename(file)));
  if (files.length > 0) note(`Taking ${files.length} files into the lake`);
  const line = new ProgressLine();
  try {
    for (const [done, file] of files.entries()) {
      line.show(`${bar(done, files.length)} ${basename(file)}`);
      await lake.raw.import(file, { signal });
    }
  } finally {
    line.end();
  }
}

async function backfill(config: Config, signal: AbortSignal): Promise<void> {
  const { items } = await planBackfill(parseBackfill(RANGE), config);
  if (items.length === 0 || signal.aborted) return;
  note(`Building ${items.length} contract-dates through Temporal`);
  const workflowId = backfillId(RANGE);
  await withClient(async (client) => {
    // One of an interrupted start goes on by itself.
    const handle = await startBackfill(client, workflowId, RANGE, 'USE_EXISTING');
    const result = await followBackfill(handle, signal);
    if (result) reportResult(workflowId, result);
  });
}
