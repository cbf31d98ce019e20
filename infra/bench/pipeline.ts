/** A whole contract-date from Bronze to Gold, as `spymaster build` does it: time and memory of that one process. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionStart } from '../../activities/verify/contractDate';
import { bronzeMbo } from '../../graph/records/mboTable';
import { OptionReplay, pushMerged } from '../../graph/session/optionReplay';
import { SessionGraph } from '../../graph/stream/sessionGraph';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { DATASET_GRAPH, TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import { simulateInto } from '../../workers/simulator/simulateInto';
import { PROJECT_ROOT } from '../root';
import { sized } from './size';
import type { BenchResult } from './types';

const DATE = '2024-03-05';
const EVENTS = sized(17_000_000, 10_000);
const MAIN = join(PROJECT_ROOT, 'dist', 'workers', 'cli', 'main.js');

interface Built {
  builds: { layers: { layer: string; status: string; seconds: number; rows: Record<string, number> }[] }[];
}

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  try {
    const { files } = await simulateInto(join(folder, 'raw'), {
      symbol: 'ES',
      from: DATE,
      days: 1,
      events: EVENTS,
      strength: 0.8,
      seed: 1,
      options: true,
    });
    const lake = join(folder, 'lake');
    const { raw } = await Lake.open(lake, TABLES);
    for (const { path } of files) await raw.import(path);
    const { seconds, peakBytes, built } = await buildInChild(lake);
    const layers = built.builds[0].layers;
    const rows = layers[0].rows['bronze.mbo'];
    if (!layers.every(({ status }) => status === 'published')) throw new Error(JSON.stringify(layers));
    const note = layers.map(({ layer, seconds: s }) => `${layer} ${s.toFixed(1)} s`).join(', ');
    return [
      { name: 'contract-date, Bronze to Gold', value: seconds, unit: 's', note: `${rows} events: ${note}` },
      { name: 'contract-date, events', value: rows / seconds, unit: 'events/s' },
      { name: 'contract-date, peak memory', value: peakBytes / 1e6, unit: 'MB' },
      {
        name: 'all features on, one thread',
        value: await streaming(lake),
        unit: 'events/s',
        note: 'book, bars, levels, vacuum, options, episodes, outcomes and vectors of that date, read from Bronze',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Events per second through every operator there is, as the stream driver pushes them. */
async function streaming(location: string): Promise<number> {
  const lake = await Lake.open(location, TABLES);
  const contract = lake.products.frontContract('ES', DATE).symbol;
  const { signal } = new AbortController();
  const { inputs, options, records } = await sessionStart(lake, DEFAULT_SETTINGS, contract, DATE, signal);
  const started = performance.now();
  const stream = new SessionGraph(inputs, DATASET_GRAPH.computations);
  const replay = new OptionReplay(options, stream.frame);
  const partition = { contract, trade_date: DATE };
  await lake.table(bronzeMbo).readMbo(partition, (batch) => pushMerged(stream, batch, replay), { signal });
  stream.end();
  return records / ((performance.now() - started) / 1000);
}

/** Runs the build in a process of its own, whose memory is looked at as long as it runs. */
async function buildInChild(lake: string): Promise<{ seconds: number; peakBytes: number; built: Built }> {
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN, 'build', '--symbol', 'ES', '--date', DATE, '--json'], {
    env: { ...process.env, SPYMASTER_LAKE: lake },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let peakBytes = 0;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid as number))), 100);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`the build ended with ${code}: ${text}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes, built: JSON.parse(text) as Built };
}

/** Peak resident memory of a process as Linux tells it, bytes; 0 where it is not told. */
function peakOf(pid: number): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
