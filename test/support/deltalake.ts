/**
 * Python's `deltalake` package, an independent reader of Delta tables. The interpreter is `SPYMASTER_TEST_PYTHON`, or
 * one in a virtual environment that is made once a user.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = ['deltalake==1.6.6', 'pyarrow==26.0.1'];
const VENV = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'spymaster', 'venv-deltalake');

const works = (python: string) =>
  existsSync(python) &&
  spawnSync(python, ['-c', 'import deltalake, pyarrow'], { stdio: 'ignore' }).status === 0;

const succeeds = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: 300_000 }).status === 0;

/** Path of a Python that can `import deltalake`, or `undefined` where pip is not to be had. */
function findPython(): string | undefined {
  const given = process.env.SPYMASTER_TEST_PYTHON;
  if (given) {
    if (works(given)) return given;
    throw new Error(`SPYMASTER_TEST_PYTHON=${given} cannot import deltalake and pyarrow`);
  }
  const python = join(VENV, 'bin', 'python');
  if (works(python)) return python;
  const hasPip = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
  if (!hasPip) return undefined;
  process.stderr.write(`installing ${PACKAGES.join(', ')} into ${VENV} ...\n`);
  // Made aside and moved into place: two test files may come here at once, and one may be interrupted.
  const made = `${VENV}-${process.pid}`;
  const installed =
    succeeds('python3', '-m', 'venv', made) &&
    succeeds(join(made, 'bin', 'python'), '-m', 'pip', 'install', '-q', ...PACKAGES);
  try {
    if (installed) renameSync(made, VENV);
  } catch {
    // The other one was faster, or an older environment is in the way.
    if (!works(python)) rmSync(VENV, { recursive: true, force: true });
    if (!existsSync(VENV)) renameSync(made, VENV);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  if (works(python)) return python;
  if (process.env.CI === 'true')
    throw new Error(`pip is here, but ${PACKAGES.join(', ')} could not be installed`);
  return undefined;
}

const PYTHON = findPython();

/** `describe` beside Python's deltalake; without it, says so loudly and skips. */
export const describeWithDeltalake: jest.Describe = PYTHON ? describe : skipLoudly();

function skipLoudly(): jest.Describe {
  process.stderr.write('\n*** SKIPPED: no Python with pip for the deltalake package ***\n\n');
  return describe.skip;
}

/**
 * Runs a script with `deltalake` imported and returns what it prints as JSON.
 * @param script Python text; `args` are its `sys.argv[1:]`
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what its script prints
export function runDeltalake<T>(script: string, ...args: string[]): T {
  // Left at once: tearing down the threads of the native packages now and then aborts the interpreter.
  const program = `${script}\nimport os, sys\nsys.stdout.flush()\nos._exit(0)`;
  const run = spawnSync(PYTHON as string, ['-c', program, ...args], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`python: ${run.stderr}`);
  return JSON.parse(run.stdout) as T;
}
