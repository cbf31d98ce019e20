#!/usr/bin/env node
// @ts-check
// `npm test`: sets the clone up, checks types, lint and format, then runs jest; flags are jest's.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { makeFolders } = require('../../lake/store/makeFolders');
const { obtainChromium } = require('../browser/chromium');
const { endLeftBehind, marked } = require('./leftBehind');
const { ROOT, installed, main, setUp, step } = require('./setup');

const CHECKS = [
  { name: 'types', script: 'typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'types of the web application',
    script: 'typescript/bin/tsc',
    args: ['--noEmit', '-p', 'workers/web'],
  },
  { name: 'lint', script: 'oxlint/bin/oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', script: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
];
/** One more than there are cores: many tests wait for processes and servers of their own. */
const WORKERS = os.availableParallelism() + 1;
/** Test files that CI runs a second time, at most: one may fail by chance, but what fails in many is broken. */
const MOST_RUN_AGAIN = 3;
const REPORT = path.join(ROOT, '.spymaster', 'test', 'jest.json');

/** @param {string} file */
const inRoot = (file) => path.relative(ROOT, file);

/**
 * Tells what a check has to say once it has ended.
 * @param {typeof CHECKS[number]} check
 * @returns {Promise<boolean>} whether it passed
 */
function pass({ name, script, args }) {
  const started = Date.now();
  const child = spawn(process.execPath, [installed(script), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Buffer[]} */
  const said = [];
  child.stdout.on('data', (bytes) => said.push(bytes));
  child.stderr.on('data', (bytes) => said.push(bytes));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      process.stderr.write(Buffer.concat(said));
      process.stderr.write(
        `${name}: ${code === 0 ? 'ok' : 'FAILED'} (${Math.round((Date.now() - started) / 1000)} s)\n`,
      );
      resolve(code === 0);
    });
  });
}

/**
 * Runs tests.
 * @param {string[]} args
 * @param {string} report where jest writes what became of them
 * @returns {{ passed: boolean, files: Map<string, TestFile> }} files by path; none where a flag such as --listTests ran nothing
 */
function jest(args, report) {
  makeFolders(path.dirname(report));
  fs.rmSync(report, { force: true });
  const name = `tests ${process.pid}`;
  const { status } = spawnSync(
    process.execPath,
    [installed('jest/bin/jest.js'), '--json', `--outputFile=${report}`, ...args],
    { cwd: ROOT, stdio: 'inherit', env: marked(name) },
  );
  for (const called of endLeftBehind(name))
    process.stdout.write(`Left running by a test, and ended: ${called}\n`);
  /** @type {TestFile[]} */
  const files = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')).testResults : [];
  return { passed: status === 0, files: new Map(files.map((file) => [file.name, file])) };
}

/**
 * @typedef {{ name: string, status: string, assertionResults: { status: string }[] }} TestFile
 * @param {Iterable<TestFile>} files
 */
function tally(files) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files) {
    const failedBefore = counts.failed;
    for (const test of assertionResults)
      counts[test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped']++;
    // A file that could not be run has no test that failed.
    if (status === 'failed' && counts.failed === failedBefore) counts.failed++;
  }
  return counts;
}

const HELP = `Usage: npm test [-- JEST_OPTIONS]

Sets the clone up, checks types, lint and format, then runs every test. Options are jest's, such as:

  npm test -- test/graph/book      only tests whose path has this in it
  npm test -- -t "overwrites"      only tests of such names
`;

void main(async () => {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(HELP);
    return;
  }
  process.env.CHROME_PATH = await step('browser', async (report) => obtainChromium(report));
  process.env.TEMPORAL_CLI_PATH = await setUp();
  // Side by side: formatting is checked by one thread alone.
  const checked = await Promise.all(CHECKS.map(pass));
  const failedChecks = CHECKS.filter((_, k) => !checked[k]);

  const run = jest([`--maxWorkers=${WORKERS}`, ...process.argv.slice(2)], REPORT);
  let { passed: testsPassed } = run;
  const { files } = run;
  const failing = [...files.values()].filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (process.env.SPYMASTER_TEST_AGAIN && failing.length > 0 && failing.length <= MOST_RUN_AGAIN) {
    process.stdout.write(`Run again alone: ${failing.map(inRoot).join(', ')}\n`);
    // What fails may leave open what would keep jest from ending.
    const again = jest(['--forceExit', '--runInBand', '--runTestsByPath', ...failing], `${REPORT}.again`);
    for (const [name, file] of again.files) {
      files.set(name, file);
      if (file.status !== 'failed')
        process.stdout.write(`Passed only when run again, which is a fault to mend: ${inRoot(name)}\n`);
    }
    testsPassed = again.passed;
  }
  if (failedChecks.length > 0 || !testsPassed) process.exitCode = 1;
  if (files.size === 0) return;

  const { passed, failed, skipped } = tally(files.values());
  const allFailed = failed + failedChecks.length;
  for (const { name } of failedChecks) process.stdout.write(`Check failed: ${name}\n`);
  process.stdout.write(
    `Tests: ${allFailed} failed, ${skipped} skipped, ${passed} passed, ${passed + failed + skipped} total\n`,
  );
  process.stdout.write(`${passed} passed, ${allFailed} failed, ${skipped} skipped\n`);
});
