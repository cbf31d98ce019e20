/** The benches run, at a size that measures nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchResult } from '../../../infra/bench/types';
import { PROJECT_ROOT } from '../../../infra/root';
import { obtainTemporal } from '../../../infra/temporal/cli';
import { describeWithData } from '../../support/data';

const BENCH = join(PROJECT_ROOT, 'dist', 'infra', 'bench', 'main.js');

async function bench(...args: string[]) {
  const { path } = await obtainTemporal();
  const env = { ...process.env, TEMPORAL_CLI_PATH: path };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BENCH, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

async function figures(name: string): Promise<BenchResult[]> {
  const { status, stdout, stderr } = await bench(name, '--smoke');
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { results: Record<string, BenchResult[]> }).results[name];
}

const isFigure = ({ name, value, unit }: BenchResult) => name !== '' && unit !== '' && Number.isFinite(value);

test.each([
  'dbn',
  'sim',
  'options',
  'pipeline',
  'memory',
  'models',
  'precedents',
  'scorer',
  'live',
  'screen',
  'temporal',
  'skill',
])('%s', async (name) => {
  const found = await figures(name);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((figure) => !isFigure(figure))).toEqual([]);
});

describeWithData('on real files', () => {
  test.each(['book', 'bars', 'lake'])('%s', async (name) => {
    const found = await figures(name);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((figure) => !isFigure(figure) || figure.value <= 0)).toEqual([]);
  });
});

test('one that there is not is named, with those there are', async () => {
  const { status, stdout, stderr } = await bench('pnl');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/no such bench: pnl; there are dbn, book, .*temporal/);
});

test.each([
  ['--seeds', '0', '--seeds 0: expected a whole number from 1 to 3'],
  ['--strength', '2', '--strength 2: expected one of 1, 0.5, 0.15, 0'],
])('%s %s is refused, with what may be', async (option, value, said) => {
  const { status, stderr } = await bench('skill', option, value);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
});
