/**
 * A released MLflow server, and Python's own client of it. It takes minutes to install, so tests use it where somebody has done so:
 * `SPYMASTER_TEST_MLFLOW=install` makes the environment once a user.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryFolder } from './lake';
import { cachedPython, describeWith, pythonWith, runPython } from './pythonVenv';
import { until } from './until';

const NAME = 'venv-mlflow';
const PACKAGES = ['mlflow==3.17.2', 'onnx==1.23.2', 'onnxruntime==1.32.0'];
const MODULES = ['mlflow', 'onnx', 'onnxruntime'];

const PYTHON =
  process.env.SPYMASTER_TEST_MLFLOW === 'install'
    ? pythonWith(NAME, PACKAGES, MODULES)
    : cachedPython(NAME, MODULES);

/** `describe` beside a released MLflow; without it, says so loudly and skips. */
export const describeWithMlflow: jest.Describe = describeWith(
  PYTHON,
  'no MLflow; SPYMASTER_TEST_MLFLOW=install installs it, which takes minutes',
);

export interface MlflowPeer {
  uri: string;
  stop: () => Promise<void>;
}

/** A server of its own on a free port, once it answers. */
export async function startMlflow(): Promise<MlflowPeer> {
  const folder = temporaryFolder();
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const server = spawn(
    PYTHON!,
    ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'].concat(
      ['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ['--artifacts-destination', join(folder, 'artifacts')],
    ),
    {
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
      stdio: 'ignore',
      cwd: folder,
      // With the processes it starts: they are ended together.
      detached: true,
    },
  );
  const uri = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`mlflow ended with ${server.exitCode}`);
    return (await fetch(`${uri}/health`).catch(() => undefined))?.ok ?? false;
  });
  return { uri, stop: () => stop(server) };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  process.kill(-server.pid!, 'SIGTERM');
  await once(server, 'exit');
}

/** Runs a script with `mlflow` and `numpy as np` imported and the server set, and returns what it prints as JSON. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what its script prints
export const runMlflow = <T>(uri: string, script: string, ...args: string[]): T =>
  runPython<T>(
    PYTHON!,
    `import os, sys, json\nos.environ['MLFLOW_DISABLE_TELEMETRY'] = 'true'\nimport mlflow, numpy as np\nmlflow.set_tracking_uri(sys.argv[1])\n${script}`,
    [uri, ...args],
  );
