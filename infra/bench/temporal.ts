/** What Temporal costs: fifty contract-dates built by the same threads, once by a plain loop and once as a backfill. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFence } from '../../activities/publishing/fence';
import { planBackfill } from '../../activities/planning/plan';
import { StagePool } from '../../activities/pool/pool';
import { parseBackfill } from '../../activities/planning/requests';
import { label } from '../../graph/datasets/units';
import type { PlanItem } from '../../graph/planning/items';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import { startBackfill } from '../../workers/backfills/startBackfill';
import { loadConfig } from '../../workers/config';
import { simulateInto } from '../../workers/simulator/simulateInto';
import { STAGE_THREAD } from '../../workers/stageThread';
import { unservedQueues, withClient } from '../../workers/temporal/client';
import { openLog } from '../../workers/observing/log';
import { installRuntime, startWorkers } from '../../workers/temporal/runWorkers';
import { loadTemporalSettings } from '../../workers/temporal/settings';
import { startDevServer } from '../temporal/devServer';
import { sized } from './size';
import type { BenchResult } from './types';

const DATES = sized(50, 1);
/** Built in turns, so that a machine that slows down or speeds up meanwhile does so for both. */
const TURNS = sized(5, 1);
const EVENTS = sized(300_000, 10_000);
const FEATURES = { ...DEFAULT_SETTINGS, bars: { seconds: sized(DEFAULT_SETTINGS.bars.seconds, 60) } };
const THREADS = availableParallelism();
const CONCURRENCY = 2 * THREADS;

type Range = { symbol: string; start: string; end: string; concurrency: number };
/** Builds a range and tells how long that took, s. */
type Builder = (range: Range) => Promise<number>;

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
    const { raw } = await Lake.open(plainLake, TABLES);
    for (const { path } of files) await raw.import(path);
    cpSync(plainLake, temporalLake, { recursive: true });
    let plain = 0;
    let durable = 0;
    await throughTemporal(temporalLake, folder, async (backfill) => {
      await plainly(plainLake, async (loop) => {
        for (let turn = 0; turn < TURNS; turn++) {
          const dates = tradeDates.slice((turn * DATES) / TURNS, ((turn + 1) * DATES) / TURNS);
          const range = {
            symbol: 'ES',
            start: dates[0],
            end: dates[dates.length - 1],
            concurrency: CONCURRENCY,
          };
          plain += await loop(range);
          durable += await backfill(range);
        }
      });
    });
    const note = `${EVENTS} events each, ${THREADS} threads, in ${TURNS} turns`;
    return [
      { name: `${DATES} contract-dates, plain loop`, value: plain, unit: 's', note },
      { name: `${DATES} contract-dates, backfill`, value: durable, unit: 's' },
      { name: "Temporal's share", value: (100 * (durable - plain)) / durable, unit: '%' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function plainly(lake: string, use: (build: Builder) => Promise<void>): Promise<void> {
  const settings = { lake, features: FEATURES };
  const pool = new StagePool(THREADS, settings, STAGE_THREAD);
  const context = { progress: () => undefined, signal: new AbortController().signal };
  try {
    await use(async (range) => {
      const started = performance.now();
      const { items } = await planBackfill(parseBackfill(range), settings);
      const build = async ({ scope, layers }: PlanItem) => {
        for (const layer of layers) {
          const fence = localFence(Date.now());
          const run = { workflowId: 'bench', runId: 'bench' };
          const { status } = await pool.run({ layer, scope, fence, run }, context);
          if (status !== 'published') throw new Error(`${layer} of ${label(scope)}: ${status}`);
        }
      };
      const next = items.filter(({ after }) => after.length === 0).values();
      const builder = async () => {
        for (const item of next) await build(item);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, builder));
      for (const item of items.filter(({ after }) => after.length > 0)) await build(item);
      return (performance.now() - started) / 1000;
    });
  } finally {
    await pool.close();
  }
}

async function throughTemporal(
  lake: string,
  folder: string,
  use: (build: Builder) => Promise<void>,
): Promise<void> {
  const program = process.env.TEMPORAL_CLI_PATH;
  if (!program) throw new Error('TEMPORAL_CLI_PATH names no temporal program');
  const namespace = 'bench';
  const { searchAttributes } = loadTemporalSettings();
  const database = join(folder, 'temporal.db');
  const server = await startDevServer({ program, namespace, searchAttributes, database });
  process.env.TEMPORAL_ADDRESS = server.address;
  process.env.TEMPORAL_NAMESPACE = namespace;
  try {
    installRuntime('ERROR', openLog('bench'));
    const temporal = loadTemporalSettings();
    const config = {
      ...loadConfig({}),
      lake,
      lakeNamedBy: 'the bench',
      duckdb: {},
      features: FEATURES,
    };
    const workers = await startWorkers({ role: 'all', config, temporal });
    try {
      await withClient(async (client) => {
        // The workers' own start is no part of it.
        await unservedQueues(client, workers.lake.id);
        await use(async (range) => {
          const started = performance.now();
          const handle = await startBackfill(client, workers.lake.id, `bench-${range.start}`, range);
          const { counts } = await handle.result();
          if (counts.published !== counts.total) throw new Error(JSON.stringify(counts));
          return (performance.now() - started) / 1000;
        });
      }, temporal);
    } finally {
      await workers.stop();
    }
  } finally {
    await server.stop();
  }
}
