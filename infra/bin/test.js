#!/usr/bin/env node
// @ts-check
// `npm test`: sets the clone up, checks types, lint and format, then runs jest; flags are jest's.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { makeFolders } = require('../../lake/store/makeFolders');
const { obtainChromium } = require('../browser/chromium');
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
const REPORT = path.join(ROOT, '.spymaster', 'test', 'jest.json');

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

/** @param {string[]} args */
const jest = (args) =>
  spawnSync(process.execPath, [installed('jest/bin/jest.js'), ...args], { cwd: ROOT, stdio: 'inherit' })
    .status === 0;

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
  const passed = await Promise.all(CHECKS.map(pass));
  const failedChecks = CHECKS.filter((_, k) => !passed[k]);

  makeFolders(path.dirname(REPORT));
  fs.rmSync(REPORT, { force: true });
  const report = ['--json', `--outputFile=${REPORT}`];
  const jestPassed = jest([`--maxWorkers=${WORKERS}`, ...report, ...process.argv.slice(2)]);
  if (failedChecks.length > 0 || !jestPassed) process.exitCode = 1;
  // A flag such as --listTests ends without a report.
  if (!fs.existsSync(REPORT)) return;

  const told = JSON.parse(fs.readFileSync(REPORT, 'utf8'));
  const failed = told.numFailedTests + told.numRuntimeErrorTestSuites + failedChecks.length;
  const skipped = told.numPendingTests + told.numTodoTests;
  const { numPassedTests } = told;
  for (const { name } of failedChecks) process.stdout.write(`Check failed: ${name}\n`);
  process.stdout.write(
    `Tests: ${failed} failed, ${skipped} skipped, ${numPassedTests} passed, ${told.numTotalTests} total\n`,
  );
  process.stdout.write(`${numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
});
