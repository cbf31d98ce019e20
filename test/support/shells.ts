/**
 * Shells of users, for tests: those that are installed here, else those of the system's own packages, unpacked once a user and installed
 * nowhere. Where there is neither, tests that need one say so and are skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'spymaster');
const PACKAGES = {
  zsh: ['zsh', 'zsh-common'],
  fish: ['fish', 'fish-common', 'libpcre2-32-0'],
};

export interface Shell {
  program: string;
  /** Folder its package is unpacked in; undefined of one that is installed. */
  root: string | undefined;
  environment: NodeJS.ProcessEnv;
}

/** A shell; undefined where it is not to be had. */
export function findShell(name: keyof typeof PACKAGES): Shell | undefined {
  const runs = (program: string, environment: NodeJS.ProcessEnv = {}) =>
    spawnSync(program, ['-c', 'true'], { stdio: 'ignore', env: { ...process.env, ...environment } })
      .status === 0;
  if (runs(name)) return { program: name, root: undefined, environment: {} };
  const root = join(CACHE, `shell-${name}`);
  if (!existsSync(root)) unpack(name, root);
  const program = [join(root, 'bin', name), join(root, 'usr', 'bin', name)].find((path) => existsSync(path));
  if (program === undefined) return undefined;
  const libraries = join(root, 'usr', 'lib');
  const environment = {
    LD_LIBRARY_PATH: readdirSync(libraries)
      .map((folder) => join(libraries, folder))
      .join(':'),
  };
  return runs(program, environment) ? { program, root, environment } : undefined;
}

function unpack(name: keyof typeof PACKAGES, root: string): void {
  const made = `${root}-${process.pid}`;
  mkdirSync(made, { recursive: true });
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: made, stdio: 'ignore', timeout: 120_000 }).status === 0;
  const unpacked =
    run('apt-get', 'download', ...PACKAGES[name]) &&
    readdirSync(made)
      .filter((file) => file.endsWith('.deb'))
      .every((file) => run('dpkg', '-x', file, '.'));
  try {
    if (unpacked) renameSync(made, root);
  } catch {
    // Another was faster.
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** `describe` with a shell; without it, says so loudly and skips. */
export function describeWithShell(name: keyof typeof PACKAGES, tests: (shell: Shell) => void): void {
  const shell = findShell(name);
  if (shell) return describe(name, () => tests(shell));
  process.stderr.write(`\n*** SKIPPED: no ${name}, and none from the system's packages ***\n\n`);
  describe.skip(name, () => tests({ program: name, root: undefined, environment: {} }));
}
