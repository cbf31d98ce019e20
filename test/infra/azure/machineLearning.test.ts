import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { parseRequest, type ScoreRequest } from '../../../graph/scoring/request';
import { FEATURES } from '../../../graph/vectors/features';
import { COMMANDS } from '../../../workers/cli/commands';
import { AZURE } from '../../support/bicep/deployments';
import { LOADERS } from './machineLearningFiles';
import { builtLake } from '../../support/builtLake';
import { onLake } from '../../support/spymaster';
import { isRead } from '../../support/variablesRead';

const ML = join(AZURE, 'ml');
const yaml = (name: string): unknown => parse(readFileSync(join(ML, name), 'utf8'));

test('no file beside them is left unread', () => {
  expect(
    readdirSync(ML)
      .filter((name) => name.endsWith('.yml'))
      .sort(),
  ).toEqual(Object.keys(LOADERS).sort());
});

test('routes and probes are those of the score server, and its port', () => {
  const { inference_config: routes } = yaml('environment.yml') as {
    inference_config: Record<string, { path: string; port: number }>;
  };
  const server = readFileSync(join(AZURE, '../../workers/scoring/scoreServer.ts'), 'utf8');
  const command = new Command('score-server');
  COMMANDS.find(({ usage }) => usage.startsWith('score-server'))!
    .load()
    .define(command);
  for (const { path, port } of Object.values(routes)) {
    expect([path, server.includes(`'${path}'`)]).toEqual([path, true]);
    expect(port).toBe(command.opts<{ port: number }>().port);
  }
});

test.each(['deployment.yml', 'job.yml', 'sweep.yml'])('%s: each variable is one that is read', (name) => {
  const { environment_variables: own, trial } = yaml(name) as {
    environment_variables?: Record<string, string>;
    trial?: { environment_variables: Record<string, string> };
  };
  const variables = Object.keys(own ?? trial!.environment_variables);
  expect(variables.length).toBeGreaterThan(3);
  expect(variables.filter((variable) => !isRead(variable))).toEqual([]);
});

test.each(['job.yml', 'sweep.yml'])('%s trains with options of the product', async (name) => {
  const { command: own, trial } = yaml(name) as { command?: string; trial?: { command: string } };
  const [shell, script, ...options] = (own ?? trial!.command).trim().split(' ');
  expect([shell, script]).toEqual(['bash', 'train.sh']);
  const values = options.map((word) =>
    word.includes('families') && word.startsWith('$')
      ? 'logistic'
      : word.replace(/^\$.*symbol.*/, 'ES').replace(/^\$.*/, '1'),
  );
  const command = new Command('train').exitOverride().configureOutput({ writeErr: () => {} });
  COMMANDS.find(({ usage }) => usage.startsWith('train'))!
    .load()
    .define(command);
  await command.action(() => {}).parseAsync(values, { from: 'user' });
  expect(command.opts()).toEqual({ symbol: 'ES', families: ['logistic'], trials: 1, seed: 1 });
});

/** Stands in for the product: a worker that stays until it is ended, and a training with a result. */
const MAIN = `
const fs = require('node:fs');
const [command, ...rest] = process.argv.slice(2);
const note = (text) => fs.appendFileSync('notes', text + '\\n');
if (command === 'worker') {
  note('worker ' + rest.join(' '));
  setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { note('worker ended'); process.exit(0); });
} else {
  // Once the worker is there to be ended.
  while (!fs.existsSync('notes')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  note('train ' + rest.join(' '));
  if (rest.includes('broken')) process.exit(1);
  const gain = (value) => ({ value, low: value - 0.01, high: value + 0.01 });
  console.log(JSON.stringify({
    models: [{ version: 'logistic@3', gainOverBaseline: gain(0.002) }, { version: 'boosting@1', gainOverBaseline: gain(0.005) }],
    decision: { words: 'no edge shown' },
  }));
}
`;

/** Runs train.sh as a node of the cluster does; what it logs is answered with `status`. */
async function train(args: readonly string[], status = 200) {
  const folder = mkdtempSync(join(tmpdir(), 'training-'));
  const logged: { path: string | undefined; token: string | undefined; body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      logged.push({
        path: request.url,
        token: request.headers.authorization,
        body: JSON.parse(text) as Record<string, unknown>,
      });
      response.writeHead(status).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    cpSync(join(ML, 'training'), folder, { recursive: true });
    writeFileSync(join(folder, 'main.js'), MAIN);
    const child = spawn('bash', ['train.sh', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        SPYMASTER_MAIN: join(folder, 'main.js'),
        MLFLOW_TRACKING_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mlflow/v1.0/workspace`,
        MLFLOW_RUN_ID: 'run-1',
        MLFLOW_TRACKING_TOKEN: 'a-token',
      },
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
    const [code] = (await once(child, 'close')) as [number];
    return { code, told, logged, notes: readFileSync(join(folder, 'notes'), 'utf8').trim().split('\n') };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

test('a training on a cluster has a worker of its own, and its best gain is a metric of the run', async () => {
  const { code, told, logged, notes } = await train(['--symbol', 'ES', '--seed', '2']);
  expect([code, told]).toEqual([0, expect.stringContaining('boosting@1: gain 0.005')]);
  expect(notes).toEqual([
    'worker --role cpu --metrics-port off',
    'train --json --symbol ES --seed 2',
    'worker ended',
  ]);
  expect(logged.map(({ body }) => [body.run_id, body.key, body.value])).toEqual([
    ['run-1', 'gain', 0.005],
    ['run-1', 'gain_low', -0.005],
    ['run-1', 'gain_high', expect.closeTo(0.015)],
  ]);
  for (const { path, token } of logged)
    expect([path, token]).toEqual([
      '/mlflow/v1.0/workspace/api/2.0/mlflow/runs/log-metric',
      'Bearer a-token',
    ]);
});

test('a training that fails, or whose metric is refused, fails the run; its worker ends all the same', async () => {
  const broken = await train(['broken']);
  expect([broken.code, broken.logged, broken.notes.at(-1)]).toEqual([1, [], 'worker ended']);
  const refused = await train([], 403);
  expect([refused.code, refused.told, refused.notes.at(-1)]).toEqual([
    1,
    expect.stringContaining('refuses gain: 403'),
    'worker ended',
  ]);
});

test('what a deployment is tried with is a row of the lake, in the form the score server takes', async () => {
  const run = onLake(await builtLake());
  const { code, stdout, stderr } = await run(
    'query',
    '--format',
    'ndjson',
    readFileSync(join(ML, 'request.sql'), 'utf8'),
  );
  expect([code, stderr]).toEqual([0, '']);
  const asked = parseRequest(JSON.parse(stdout));
  expect(asked).not.toHaveProperty('problems');
  const [row] = (asked as ScoreRequest).rows;
  expect(row.vector).toHaveLength(FEATURES.length);
  expect(row.sequence!.length).toBeGreaterThan(0);
  expect(row.minutesToClose).toBeGreaterThan(0);
});
