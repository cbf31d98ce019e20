// @ts-check
/**
 * Makes a clone ready to run: dependencies, the Temporal command line and the compiled tree. Plain JavaScript without
 * dependencies. A step whose work is done already is skipped, so that every script can begin with it.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { obtainTemporal } = require('../temporal/cli');

const ROOT = path.join(__dirname, '..', '..');
const SOURCES = [
  'graph',
  'lake',
  'activities',
  'workflows',
  'workers',
  'infra',
  'tsconfig.json',
  'tsconfig.build.json',
];
const OLDEST_NODE = [20, 20];

/**
 * Everything `npm start` and `npm test` need. Dependencies and Temporal are obtained side by side; when one fails, or
 * on Ctrl-C, the other is stopped too.
 * @returns {Promise<string>} path of the `temporal` program
 */
async function setUp() {
  checkNode();
  const abort = new AbortController();
  const interrupt = () => abort.abort(new Interrupted());
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const both = /** @type {const} */ ([
    step('temporal', (report) => obtainTemporal({ report, signal: abort.signal })),
    step('dependencies', (report) => installDependencies(report, abort.signal)),
  ]);
  try {
    const [cli] = await Promise.all(both);
    await ensureBuilt(abort.signal);
    return cli.path;
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(both);
    throw abort.signal.reason;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

class Interrupted extends Error {}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`Node ${OLDEST_NODE.join('.')} or later is needed, this is ${process.versions.node}`);
}

/**
 * @param {(state: string) => void} report
 * @param {AbortSignal} signal
 */
async function installDependencies(report, signal) {
  if (dependenciesMatchLockfile()) return;
  report('npm ci');
  const npm = process.env.npm_execpath;
  if (npm) await run(process.execPath, [npm, 'ci'], signal);
  else await run('npm', ['ci'], signal);
}

/**
 * Whether what is installed is what the lockfile says. npm records in node_modules what it put there, without the
 * optional packages of other platforms.
 */
function dependenciesMatchLockfile() {
  const wanted = readPackages(path.join(ROOT, 'package-lock.json'));
  const installed = readPackages(path.join(ROOT, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === '' || (installed[name] ? installed[name].version === entry.version : entry.optional),
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version: string, optional?: boolean }>}
 */
function readPackages(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).packages : {};
}

/** Beside what was compiled: when its sources were changed last, ms. */
const STAMP = path.join(ROOT, 'dist', '.built');

const newestSource = () => Math.max(...SOURCES.map((name) => newestChange(path.join(ROOT, name))));

/**
 * Builds when the sources are newer than what was compiled last.
 * @param {AbortSignal} [signal]
 */
async function ensureBuilt(signal) {
  if (fs.existsSync(STAMP) && Number(fs.readFileSync(STAMP, 'utf8')) >= newestSource()) return;
  await build(signal);
}

/**
 * Compiles the sources, bundles the workflows and builds the web application.
 * @param {AbortSignal} [signal]
 */
async function build(signal) {
  if (!fs.existsSync(installed('typescript/bin/tsc')))
    throw new Error('Dependencies are missing: run `npm ci` first');
  // The sources as they are when compiling begins: a change made meanwhile is newer.
  const newest = newestSource();
  await step('build', async (report) => {
    report('compiling');
    await run(process.execPath, [installed('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], signal);
    report('bundling workflows');
    await run(process.execPath, [path.join(ROOT, 'dist', 'workers', 'bundle.js')], signal);
    report('building the web application');
    await run(
      process.execPath,
      [installed('vite/bin/vite.js'), 'build', 'workers/web', '--logLevel', 'warn'],
      signal,
    );
    fs.writeFileSync(STAMP, String(newest));
  });
}

/**
 * When a file, or anything in a folder, was last changed; ms. A folder counts too, because a file may have been removed.
 * @param {string} file
 * @returns {number}
 */
function newestChange(file) {
  const stat = fs.statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...fs.readdirSync(file).map((name) => newestChange(path.join(file, name))));
}

/**
 * Runs one step of the set-up and shows its progress: the first state, then the present one every ten seconds. A step that
 * finds its work done shows nothing.
 * @template T
 * @param {string} name
 * @param {(report: (state: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function step(name, work) {
  const started = Date.now();
  let state = '';
  const show = (/** @type {string} */ text) =>
    process.stderr.write(`${name}: ${text} (${Math.round((Date.now() - started) / 1000)} s)\n`);
  const ticker = setInterval(() => state && show(state), 10_000).unref();
  try {
    const result = await work((next) => {
      const fresh = state === '';
      state = next;
      if (fresh) show(state);
    });
    if (state) show('ready');
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * Runs a program in the project's folder; what it printed is shown only when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function run(program, args, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], signal });
    const output = /** @type {Buffer[]} */ ([]);
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      const command = [path.basename(program), ...args.map((arg) => path.relative(ROOT, arg) || arg)].join(
        ' ',
      );
      reject(
        new Error(`${command} ended with ${code ?? signal}\n${Buffer.concat(output).toString().trim()}`),
      );
    });
  });
}

/**
 * A file of an installed package.
 * @param {string} file
 */
const installed = (file) => path.join(ROOT, 'node_modules', ...file.split('/'));

/**
 * Runs a script of this folder: a failure is printed without its stack, Ctrl-C ends with 130.
 * @param {() => Promise<void>} script
 */
async function main(script) {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof Interrupted)) process.stderr.write(`\n${/** @type {Error} */ (error).message}\n`);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  }
}

module.exports = { ROOT, build, ensureBuilt, installed, main, setUp, step };
