/** The scorer over HTTP: single rows asked by many connections, each as soon as it has its answer; the server is a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Random } from '../../graph/random/random';
import { FEATURE_TABLE, FEATURES } from '../../graph/vectors/features';
import { TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import { PROJECT_ROOT } from '../root';
import { publishChampion } from './champion';
import { quantile } from './quantile';
import { sized } from './size';
import type { BenchResult } from './types';

const CONNECTIONS = 16;
const WARM_UP = sized(20_000, 50);
const REQUESTS = sized(60_000, 200);

export async function bench(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spymaster-bench-'));
  try {
    await publishChampion(await Lake.open(folder, TABLES));
    const { port, stop } = await startServer(folder);
    try {
      await load(port, WARM_UP);
      const started = performance.now();
      const latencies = await load(port, REQUESTS);
      const seconds = (performance.now() - started) / 1000;
      const note = `${REQUESTS} single rows of ${FEATURES.length} numbers, ${CONNECTIONS} connections, logistic model`;
      const at = (share: number) => quantile(latencies, share);
      return [
        { name: 'score server', value: REQUESTS / seconds, unit: 'requests/s', note },
        { name: 'score server, p50', value: at(0.5), unit: 'ms', note },
        { name: 'score server, p95', value: at(0.95), unit: 'ms', note },
        { name: 'score server, p99', value: at(0.99), unit: 'ms', note },
      ];
    } finally {
      await stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function startServer(lake: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const main = join(PROJECT_ROOT, 'dist', 'workers', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, 'score-server', '--port', '0', '--rate', '1000000'], {
    env: { ...process.env, SPYMASTER_LAKE: lake },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    const port = /:(\d+)\/score answers/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { port: Number(port), stop };
  }
  throw new Error(`the server did not start: ${lines.join('\n')}`);
}

/** Sends requests until so many are answered. @returns ms from each request to its answer */
async function load(port: number, count: number): Promise<Float64Array> {
  const random = new Random(2);
  const body = JSON.stringify({
    level: 'PM_HIGH',
    direction: 'UP',
    timeOfDay: 'T0_15',
    featureTable: FEATURE_TABLE,
    vector: FEATURES.map(({ index }) => (index % 10 === 9 ? null : Number(random.normal().toPrecision(7)))),
  });
  const request = Buffer.from(
    `POST /score HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const latencies = new Float64Array(count);
  let sent = 0;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let own = -1;
      let at = 0;
      let text = '';
      const next = () => {
        if (sent === count) {
          socket.end(resolve);
          return;
        }
        own = sent++;
        at = performance.now();
        socket.write(request);
      };
      socket
        .setEncoding('latin1')
        .on('connect', next)
        .on('error', reject)
        .on('data', (part: string) => {
          text += part;
          const end = text.indexOf('\r\n\r\n');
          if (end < 0 || text.length < end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])) return;
          latencies[own] = performance.now() - at;
          if (text.startsWith('HTTP/1.1 200') && text.includes('"basis":"model"')) {
            text = '';
            next();
          } else reject(new Error(text));
        });
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return latencies;
}
