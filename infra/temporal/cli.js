// @ts-check
/**
 * Finds the `temporal` program (server, UI and command line in one binary), or obtains it once per user.
 *
 * Plain JavaScript without dependencies: the set-up runs it beside `npm ci`, before anything is installed or built.
 */
const { spawn, spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { makeFolders } = require('../../lake/store/makeFolders');

/** The release obtained when none is found; later ones cannot be built by `go install`. */
const VERSION = '1.5.1';
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const GO_VERSION_VARIABLE = 'github.com/temporalio/cli/temporalcli.Version';
/** Where the SDK itself downloads from. */
const DOWNLOADS = 'https://temporal.download';
/** SHA-256 of the release's archives, by platform and architecture; without an entry nothing is downloaded. */
const ARCHIVES = {
  'linux amd64': 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  'linux arm64': 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  'darwin amd64': 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  'darwin arm64': 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
};
const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * @typedef {{ path: string, source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'tool cache' | 'download' | 'go install' }} TemporalCli
 * @typedef {Record<string, string | undefined>} Environment
 * @typedef {{ env?: Environment, downloads?: string, archives?: Record<string, string>, report?: (state: string) => void, signal?: AbortSignal }} Options
 */

/**
 * The per-user folder tools are kept in, outside every clone.
 * @param {Environment} [env]
 */
function toolCache(env = process.env) {
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'spymaster', 'tools');
}

/**
 * The `temporal` already on this machine, if any.
 * @param {Environment} [env]
 * @returns {TemporalCli | undefined}
 * @throws Error when TEMPORAL_CLI_PATH is set but names no program
 */
function findTemporal(env = process.env) {
  const named = env.TEMPORAL_CLI_PATH;
  if (named) {
    if (!isExecutable(named)) throw new Error(`TEMPORAL_CLI_PATH names no program: ${named}`);
    return { path: path.resolve(named), source: 'TEMPORAL_CLI_PATH' };
  }
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, EXECUTABLE);
    if (isExecutable(candidate)) return { path: candidate, source: 'PATH' };
  }
  const cached = cachedPath(env);
  return isExecutable(cached) ? { path: cached, source: 'tool cache' } : undefined;
}

/**
 * The `temporal` on this machine, or else a downloaded or a compiled one, put into the tool cache. Safe to run in several
 * processes at once: one obtains it, the others wait.
 * @param {Options} [options]
 * @returns {Promise<TemporalCli>}
 */
async function obtainTemporal({
  env = process.env,
  downloads = DOWNLOADS,
  archives = ARCHIVES,
  report = () => {},
  signal = new AbortController().signal,
} = {}) {
  const found = findTemporal(env);
  if (found) return found;
  const target = cachedPath(env);
  makePrivate(toolCache(env));
  const release = await lock(`${path.dirname(target)}.lock`, signal, () =>
    report('another process is obtaining it'),
  );
  const staging = `${path.dirname(target)}.${process.pid}.part`;
  try {
    if (isExecutable(target)) return { path: target, source: 'tool cache' };
    makeFolders(staging);
    const failures = [];
    for (const way of /** @type {const} */ (['download', 'go install'])) {
      try {
        const built = await (way === 'download'
          ? download(staging, downloads, archives, report, signal)
          : compile(staging, env, report, signal));
        const version = spawnSync(built, ['--version'], { encoding: 'utf8' });
        if (version.status !== 0)
          throw new Error(`${built} --version failed: ${version.stderr ?? version.error}`);
        if (!`${version.stdout.trim()} `.startsWith(`temporal version ${VERSION} `))
          throw new Error(
            `${built} is not version ${VERSION}: it says ${JSON.stringify(version.stdout.trim())}`,
          );
        makeFolders(path.dirname(target));
        fs.renameSync(built, target);
        return { path: target, source: way };
      } catch (error) {
        signal.throwIfAborted();
        failures.push(`  ${way}: ${/** @type {Error} */ (error).message}`);
      }
    }
    throw new Error(missing(env, failures));
  } finally {
    fs.rmSync(staging, { recursive: true, force: true });
    release();
  }
}

/**
 * Makes a folder that only this user can enter: what is in it will be run.
 * @param {string} folder
 */
function makePrivate(folder) {
  makeFolders(folder, 0o700);
  for (const part of [path.dirname(folder), folder]) fs.chmodSync(part, 0o700);
}

/** @param {Environment} env */
const cachedPath = (env) => path.join(toolCache(env), `temporal-${VERSION}`, EXECUTABLE);

/** @param {string} file */
function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {Environment} env
 * @param {string[]} failures
 */
function missing(env, failures) {
  return [
    'No Temporal command line was found, and none could be obtained:',
    ...failures,
    `Install one of these, then run the same command again:`,
    `  Temporal CLI ${VERSION} or later, on PATH or named by TEMPORAL_CLI_PATH (https://docs.temporal.io/cli/setup-cli)`,
    `  Go 1.25 or later, from which it is compiled once into ${toolCache(env)} (https://go.dev/dl)`,
  ].join('\n');
}

/**
 * Downloads the pinned release as the SDK does: the service names the archive and the file in it. The archive must be the one that
 * was released, whoever serves it.
 * @param {string} staging
 * @param {string} downloads
 * @param {Record<string, string>} archives
 * @param {(state: string) => void} report
 * @param {AbortSignal} signal
 */
async function download(staging, downloads, archives, report, signal) {
  const system = { win32: 'windows', darwin: 'darwin', linux: 'linux' }[
    /** @type {'linux'} */ (process.platform)
  ];
  const arch = { x64: 'amd64', arm64: 'arm64' }[/** @type {'x64'} */ (process.arch)];
  const expected = archives[`${system} ${arch}`];
  if (!expected) throw new Error(`no known release for ${process.platform}/${process.arch}`);
  report('downloading');
  const query = `arch=${arch}&platform=${system}&format=tar.gz`;
  const info = await get(
    `${downloads}/cli/v${VERSION}?${query}`,
    AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  );
  const { archiveUrl, fileToExtract } = /** @type {Record<string, string>} */ (await info.json());
  const response = await get(archiveUrl, signal);
  const archive = path.join(staging, 'archive.tar.gz');
  const hash = crypto.createHash('sha256');
  const total = Number(response.headers.get('content-length')) || 0;
  let received = 0;
  const body = Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body));
  body.on('data', (/** @type {Buffer} */ chunk) => {
    received += chunk.length;
    hash.update(chunk);
    report(`downloading, ${Math.round(received / 1e6)}${total ? ` of ${Math.round(total / 1e6)}` : ''} MB`);
  });
  await pipeline(body, fs.createWriteStream(archive), { signal });
  const found = hash.digest('hex');
  if (found !== expected)
    throw new Error(`${archiveUrl} is not release ${VERSION}: SHA-256 ${found}, not ${expected}`);
  await run('tar', ['-xzf', archive, '-C', staging, fileToExtract], {}, signal);
  return path.join(staging, fileToExtract);
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function get(url, signal) {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  } catch (error) {
    const { message, cause } = /** @type {Error & { cause?: Error }} */ (error);
    throw new Error(`${url}: ${cause?.message ?? message}`, { cause: error });
  }
}

/**
 * Compiles the pinned release with Go; about three minutes with empty caches.
 * @param {string} staging
 * @param {Environment} env
 * @param {(state: string) => void} report
 * @param {AbortSignal} signal
 */
async function compile(staging, env, report, signal) {
  let packages = 0;
  report('compiling with Go, about three minutes, once per user');
  await run(
    'go',
    ['install', '-v', '-ldflags', `-s -w -X ${GO_VERSION_VARIABLE}=${VERSION}`, `${GO_PACKAGE}@v${VERSION}`],
    { ...env, CGO_ENABLED: '0', GOBIN: staging },
    signal,
    (lines) => report(`compiling with Go, ${(packages += lines)} packages`),
  );
  return path.join(staging, EXECUTABLE);
}

/**
 * Runs a program; the end of its stderr is part of the error, and nothing else is shown.
 * @param {string} program
 * @param {string[]} args
 * @param {Environment} env
 * @param {AbortSignal} signal
 * @param {(lines: number) => void} [onLines]
 * @returns {Promise<void>}
 */
function run(program, args, env, signal, onLines) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      onLines?.(text.split('\n').length - 1);
      tail = (tail + text).slice(-2000);
    });
    child.on('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      reject(error.code === 'ENOENT' ? new Error(`${program} is not installed`) : error),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`${program} ended with ${code}: ${tail.trim().split('\n').slice(-4).join(' / ')}`));
    });
  });
}

/**
 * Holds a lock file naming this process; the lock of a process that has ended is taken over.
 * @param {string} file
 * @param {AbortSignal} signal
 * @param {() => void} onWait
 * @returns {Promise<() => void>} releases it
 */
async function lock(file, signal, onWait) {
  for (;;) {
    signal.throwIfAborted();
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => fs.rmSync(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (holderIsGone(file)) fs.rmSync(file, { force: true });
    else onWait();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** @param {string} file */
function holderIsGone(file) {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    // A file is empty between being created and being written, which takes no seconds.
    if (pid === 0) return Date.now() - fs.statSync(file).mtimeMs > 5_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

module.exports = { VERSION, findTemporal, obtainTemporal, toolCache };
