/** What Temporal costs: fifty contract-dates built by the same threads, once by a plain loop and once as a backfill. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFence } from '../../activities/layers';
import { planBackfill } from '../../activities/plan';
import { StagePool } from '../../activities/pool/pool';
import { parseBackfill } from '../../activities/requests';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { Lake } from '../../lake/lake';
import { startBackfill } from '../../workers/cli/watchBackfill';
import { simulateInto } from '../../workers/simulator/simulateInto';
import { withClient } from '../../workers/temporal/client';
import { installRuntime, startWorkers } from '../../workers/temporal/runWorkers';
import { loadTemporalSettings } from '../../workers/temporal/settings';
import { startDevServer } from '../temporal/devServer';
import type { BenchResult } from './types';

const DATES = 50;
const EVENTS = 300_000;
const THREADS = availableParallelism();
const CONCURRENCY = 2 * THREADS;

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  try {
    const plainLake = join(folder, 'plain');
    const temporalLake = join(folder, 'temporal');
    const { files, tradeDates } = await simulateInto(join(folder, 'raw'), {
      symbol: 'ES',
      from: '2024-03-18',
      days: DATES,
      events: EVENTS,
      strength: 0.8,
      seed: 1,
      options: false,
    });
    const { raw } = await Lake.open(plainLake);
    for (const { path } of files) await raw.import(path);
    cpSync(plainLake, temporalLake, { recursive: true });
    const range = {
      symbol: 'ES',
      start: tradeDates[0],
      end: tradeDates[DATES - 1],
      concurrency: CONCURRENCY,
    };

    const plain = await plainly(plainLake, range);
    const durable = await throughTemporal(temporalLake, range, folder);
    return [
      {
        name: `${DATES} contract-dates, plain loop`,
        value: plain,
        unit: 's',
        note: `${EVENTS} events each, ${THREADS} threads`,
      },
      { name: `${DATES} contract-dates, backfill`, value: durable, unit: 's' },
      { name: "Temporal's share", value: (100 * (durable - plain)) / durable, unit: '%' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Range = { symbol: string; start: string; end: string; concurrency: number };

async function plainly(lake: string, range: Range): Promise<number> {
  const settings = { lake, features: DEFAULT_SETTINGS };
  const pool = new StagePool(THREADS, settings);
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const started = performance.now();
  try {
    const { items } = await planBackfill(parseBackfill(range), settings);
    const next = items.values();
    const builder = async () => {
      for (const { contract, tradeDate, layers } of next)
        for (const layer of layers) {
          const fence = localFence(Date.now());
          const run = { workflowId: 'bench', runId: 'bench' };
          const { status } = await pool.run({ layer, contract, tradeDate, fence, run }, context);
          if (status !== 'published') throw new Error(`${layer} of ${contract} ${tradeDate}: ${status}`);
        }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, builder));
    return (performance.now() - started) / 1000;
  } finally {
    await pool.close();
  }
}

async function throughTemporal(lake: string, range: Range, folder: string): Promise<number> {
  const program = process.env.TEMPORAL_CLI_PATH;
  if (!program) throw new Error('TEMPORAL_CLI_PATH names no temporal program');
  const { namespace, searchAttributes } = {
    namespace: 'bench',
    searchAttributes: loadTemporalSettings().searchAttributes,
  };
  const server = await startDevServer({
    program,
    namespace,
    searchAttributes,
    database: join(folder, 'temporal.db'),
  });
  process.env.TEMPORAL_ADDRESS = server.address;
  process.env.TEMPORAL_NAMESPACE = namespace;
  try {
    installRuntime('WARN');
    const temporal = loadTemporalSettings();
    const workers = await startWorkers({
      role: 'all',
      config: { lake, features: DEFAULT_SETTINGS },
      temporal,
    });
    try {
      return await withClient(async (client) => {
        const started = performance.now();
        const handle = await startBackfill(client, 'bench', range);
        await handle.result();
        return (performance.now() - started) / 1000;
      }, temporal);
    } finally {
      await workers.stop();
    }
  } finally {
    await server.stop();
  }
}
