#!/usr/bin/env node
// @ts-check
// `npm test`: sets the clone up, checks types, lint and format, then runs jest; flags are jest's.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
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
const REPORT = path.join(ROOT, '.spymaster', 'test', 'jest.json');

/**
 * @param {string} script
 * @param {string[]} args
 */
const run = (script, args) =>
  spawnSync(process.execPath, [installed(script), ...args], { cwd: ROOT, stdio: 'inherit' }).status === 0;

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
  const failedChecks = CHECKS.filter(({ name, script, args }) => {
    const started = Date.now();
    const passed = run(script, args);
    process.stderr.write(
      `${name}: ${passed ? 'ok' : 'FAILED'} (${Math.round((Date.now() - started) / 1000)} s)\n`,
    );
    return !passed;
  });

  makeFolders(path.dirname(REPORT));
  fs.rmSync(REPORT, { force: true });
  const report = ['--json', `--outputFile=${REPORT}`];
  const jestPassed = run('jest/bin/jest.js', ['--maxWorkers=100%', ...report, ...process.argv.slice(2)]);
  if (failedChecks.length > 0 || !jestPassed) process.exitCode = 1;
  // A flag such as --listTests ends without a report.
  if (!fs.existsSync(REPORT)) return;

  const jest = JSON.parse(fs.readFileSync(REPORT, 'utf8'));
  const failed = jest.numFailedTests + jest.numRuntimeErrorTestSuites + failedChecks.length;
  const skipped = jest.numPendingTests + jest.numTodoTests;
  const { numPassedTests: passed } = jest;
  for (const { name } of failedChecks) process.stdout.write(`Check failed: ${name}\n`);
  process.stdout.write(
    `Tests: ${failed} failed, ${skipped} skipped, ${passed} passed, ${jest.numTotalTests} total\n`,
  );
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
});
