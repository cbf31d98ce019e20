/** Python packages for tests, in virtual environments that are made once a user. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'spymaster');

const succeeds = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: 600_000 }).status === 0;

/** Looks for modules and imports none: that takes seconds of some. */
const FIND =
  'import importlib.util, sys; sys.exit(any(map(lambda m: not importlib.util.find_spec(m), sys.argv[1:])))';

/** Whether a Python is there and has modules, each as `import` writes it. */
export const canImport = (python: string, modules: readonly string[]): boolean =>
  existsSync(python) && spawnSync(python, ['-c', FIND, ...modules], { stdio: 'ignore' }).status === 0;

/**
 * Path of a Python with packages, or `undefined` where pip is not to be had.
 * @param name the environment's folder
 * @param packages with their versions, as pip takes them
 * @throws Error in CI, if pip is there and cannot install them
 */
export function pythonWith(
  name: string,
  packages: readonly string[],
  modules: readonly string[],
): string | undefined {
  const venv = join(CACHE, name);
  const python = join(venv, 'bin', 'python');
  if (canImport(python, modules)) return python;
  const hasPip = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
  if (!hasPip) return undefined;
  process.stderr.write(`installing ${packages.join(', ')} into ${venv} ...\n`);
  // Made aside and moved into place: two test files may come here at once, and one may be interrupted.
  const made = `${venv}-${process.pid}`;
  const installed =
    succeeds('python3', '-m', 'venv', made) &&
    succeeds(join(made, 'bin', 'python'), '-m', 'pip', 'install', '-q', ...packages);
  try {
    if (installed) renameSync(made, venv);
  } catch {
    // The other one was faster, or an older environment is in the way.
    if (!canImport(python, modules)) rmSync(venv, { recursive: true, force: true });
    if (!existsSync(venv)) renameSync(made, venv);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  if (canImport(python, modules)) return python;
  if (process.env.CI === 'true')
    throw new Error(`pip is here, but ${packages.join(', ')} could not be installed`);
  return undefined;
}

/** Path of a Python of an environment that somebody has made before; `undefined` where nobody has. */
export function cachedPython(name: string, modules: readonly string[]): string | undefined {
  const python = join(CACHE, name, 'bin', 'python');
  return canImport(python, modules) ? python : undefined;
}

/** `describe` where a Python is to be had; without it, says so loudly and skips. */
export function describeWith(python: string | undefined, lacking: string): jest.Describe {
  if (python !== undefined) return describe;
  process.stderr.write(`\n*** SKIPPED: ${lacking} ***\n\n`);
  return describe.skip;
}

/**
 * Runs a script and returns what it prints as JSON.
 * @param script Python text; `args` are its `sys.argv[1:]`
 * @param input what it reads from stdin
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what its script prints
export function runPython<T>(
  python: string,
  script: string,
  args: readonly string[],
  input: string | Uint8Array = '',
): T {
  const run = spawnSync(python, ['-c', programOf(script), ...args], {
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`python: ${run.stderr}`);
  return JSON.parse(run.stdout) as T;
}

/** The same beside what this process does meanwhile, such as serving what the script asks for. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what its script prints
export async function runPythonBeside<T>(
  python: string,
  script: string,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<T> {
  const run = spawn(python, ['-c', programOf(script), ...args]);
  const [out, said]: [Buffer[], Buffer[]] = [[], []];
  run.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  run.stderr.on('data', (bytes: Buffer) => said.push(bytes));
  run.stdin.end(input);
  const [code] = (await once(run, 'close')) as [number | null];
  if (code !== 0) throw new Error(`python: ${Buffer.concat(said).toString()}`);
  return JSON.parse(Buffer.concat(out).toString()) as T;
}

/** Left at once: tearing down the threads of native packages now and then aborts the interpreter. */
const programOf = (script: string) => `${script}\nimport os, sys\nsys.stdout.flush()\nos._exit(0)`;
