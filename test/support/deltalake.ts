/**
 * Python's `deltalake` package, an independent reader of Delta tables. The interpreter is `SPYMASTER_TEST_PYTHON`, or
 * one in a virtual environment that is made once a user.
 */
import { spawnSync } from 'node:child_process';
import { canImport, describeWith, pythonWith } from './pythonVenv';

const PACKAGES = ['deltalake==1.6.6', 'pyarrow==26.0.1'];
const MODULES = ['deltalake', 'pyarrow'];

/** Path of a Python that can `import deltalake`, or `undefined` where pip is not to be had. */
function findPython(): string | undefined {
  const given = process.env.SPYMASTER_TEST_PYTHON;
  if (!given) return pythonWith('venv-deltalake', PACKAGES, MODULES);
  if (canImport(given, MODULES)) return given;
  throw new Error(`SPYMASTER_TEST_PYTHON=${given} cannot import deltalake and pyarrow`);
}

const PYTHON = findPython();

/** `describe` beside Python's deltalake; without it, says so loudly and skips. */
export const describeWithDeltalake: jest.Describe = describeWith(
  PYTHON,
  'no Python with pip for the deltalake package',
);

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
