/**
 * Python's `deltalake` package, an independent reader of Delta tables. The interpreter is `SPYMASTER_TEST_PYTHON`, or
 * one in a virtual environment that is made once a user.
 */
import { canImport, describeWith, pythonWith, runPython } from './pythonVenv';

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
export const runDeltalake = <T>(script: string, ...args: string[]): T => runPython<T>(PYTHON!, script, args);
