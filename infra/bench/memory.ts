/**
 * The memory of a worker's process over many contract-dates, built from Bronze to Gold one after the other in one thread.
 * The sessions are small: what a build holds while it runs is little beside what a fault would leave behind.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StagePool } from '../../activities/pool/pool';
import { localFence } from '../../activities/publishing/fence';
import { TABLES } from '../../graph/catalog/declaration';
import { layersOf } from '../../graph/datasets/layers';
import { contractDate } from '../../graph/datasets/units';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { Lake } from '../../lake/lake';
import { simulateInto } from '../../workers/simulator/simulateInto';
import { STAGE_THREAD } from '../../workers/stageThread';
import { sized } from './size';
import type { BenchResult } from './types';

const CONTRACT_DATES = sized(300, 2);
/** Dates that are simulated; each is built anew in turn, into new files. */
const DAYS = sized(10, 1);
/** Over how many contract-dates the memory is averaged, after a start in which caches fill, and at the end. */
const WINDOW = sized(30, 1);
const SETTLED = sized(60, 1);

/** Long bars: fewer of them, which is quicker. */
const FEATURES = { ...DEFAULT_SETTINGS, bars: { seconds: 60 } };

interface ContractDate {
  contract: string;
  date: string;
}

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  const pool = new StagePool(1, { lake: join(folder, 'lake'), features: FEATURES }, STAGE_THREAD);
  try {
    const days = await simulated(folder);
    const resident: number[] = [];
    for (let n = 0; n < CONTRACT_DATES; n++) {
      await build(pool, days[n % days.length]);
      resident.push(process.memoryUsage.rss() / 1e6);
    }
    const early = median(resident.slice(SETTLED - WINDOW, SETTLED));
    const late = median(resident.slice(-WINDOW));
    return [
      {
        name: `growth of a worker's memory over ${CONTRACT_DATES - SETTLED} contract-dates`,
        value: late - early,
        unit: 'MB',
        note: `${early.toFixed(0)} MB after ${SETTLED} contract-dates, ${late.toFixed(0)} MB after ${CONTRACT_DATES}, at most ${Math.max(...resident).toFixed(0)} MB; medians of ${WINDOW}`,
      },
    ];
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true });
  }
}

/** Simulates and imports the dates; returns each with its contract. */
async function simulated(folder: string): Promise<ContractDate[]> {
  const { files, tradeDates } = await simulateInto(join(folder, 'raw'), {
    symbol: 'ES',
    from: '2024-03-18',
    days: DAYS,
    events: 10_000,
    strength: 0.8,
    seed: 1,
    options: false,
  });
  const { raw, products } = await Lake.open(join(folder, 'lake'), TABLES);
  for (const { path } of files) await raw.import(path);
  return tradeDates.map((date) => ({ contract: products.frontContract('ES', date).symbol, date }));
}

async function build(pool: StagePool, { contract, date }: ContractDate): Promise<void> {
  const context = { progress: () => undefined, signal: new AbortController().signal };
  for (const layer of layersOf('contract-date')) {
    const result = await pool.run(
      {
        layer,
        scope: contractDate(contract, date),
        fence: localFence(Date.now()),
        run: { workflowId: 'bench', runId: 'bench' },
        force: true,
      },
      context,
    );
    if (result.status !== 'published') throw new Error(JSON.stringify(result));
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
