/**
 * The programs Spymaster is measured beside: Python packages in a throwaway virtual environment. Without Python, or
 * where a package does not install, the bench says so and goes on without the peer.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../lake/store/makeFolders';
import { SMOKE } from './size';

/** As pip calls them, and as they are imported. */
const PACKAGES: Readonly<Record<string, string>> = {
  databento: 'databento',
  nautilus_trader: 'nautilus_trader',
  deltalake: 'deltalake',
  pyarrow: 'pyarrow',
  'scikit-learn': 'sklearn',
  'faiss-cpu': 'faiss',
  hnswlib: 'hnswlib',
};
const SCRIPTS = join(__dirname, '..', '..', '..', 'infra', 'bench', 'peers');

let python: string | undefined | null = null;

/** Path of a Python that has the peers, or undefined with the reason on stderr. Installs them once a user. */
function peerPython(): string | undefined {
  if (python !== null) return python;
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const venv = join(cache, 'spymaster', 'bench-peers');
  const candidate = join(venv, 'bin', 'python');
  const ready = () =>
    spawnSync(candidate, ['-c', `import ${Object.values(PACKAGES).join(',')}`], { stdio: 'ignore' })
      .status === 0;
  if (!existsSync(candidate) || !ready()) {
    const names = Object.keys(PACKAGES);
    process.stderr.write(`bench: installing peers (${names.join(', ')}) into a virtual environment ...\n`);
    // What is in it will be run.
    makeFolders(dirname(venv), 0o700);
    const made = spawnSync('python3', ['-m', 'venv', venv], { stdio: ['ignore', 2, 2] }).status === 0;
    const installed =
      made &&
      spawnSync(candidate, ['-m', 'pip', 'install', '-q', ...names], { stdio: ['ignore', 2, 2] }).status ===
        0;
    if (!installed || !ready()) {
      process.stderr.write(
        'bench: no peers: Python 3 with venv and pip, or the packages, are not to be had here\n',
      );
      return (python = undefined);
    }
  }
  return (python = candidate);
}

/**
 * Runs a peer's script and returns the figures it prints as one JSON object, or undefined where the peer cannot run, or nothing is measured.
 * @param script file name under infra/bench/peers
 */
export function runPeer(script: string, ...args: string[]): Record<string, number> | undefined {
  if (SMOKE) return undefined;
  const interpreter = peerPython();
  if (!interpreter) return undefined;
  const run = spawnSync(interpreter, [join(SCRIPTS, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  if (run.status !== 0) {
    process.stderr.write(
      `bench: peer ${script} ended with ${run.status ?? run.signal}; its ratio is left out\n`,
    );
    return undefined;
  }
  return JSON.parse(run.stdout) as Record<string, number>;
}

/** The `peer` part of a result, or nothing where the peer could not run. */
export const beside = (value: number, name: string, peerValue: number | undefined) =>
  peerValue === undefined ? {} : { peer: { name, value: peerValue, ratio: value / peerValue } };
