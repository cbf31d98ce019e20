import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../../../graph/dbn/text';
import type { MinuteStudy } from '../../../../graph/study/minuteStudy';
import { temporaryFolder } from '../../../support/lake';
import { walkSeries } from '../../../support/minuteSessions';
import { spymasterHere } from '../../../support/spymaster';

const folder = temporaryFolder();

/** A CSV file of the bars of a walk. */
function walkFile(name: string, sessions: number): string {
  const { start, open, high, low, close } = walkSeries(3, { sessions });
  const points = (ticks: number) => ticks / 4;
  const rows = Array.from(
    start,
    (ns, i) =>
      `${isoTime(ns)!.slice(0, 19)},${[open, high, low, close].map((column) => points(column[i])).join(',')}`,
  );
  const file = join(folder, name);
  writeFileSync(file, ['datetime,open,high,low,close', ...rows].join('\n'));
  return file;
}
const minutes = walkFile('walk.csv', 12);
const run = (...args: string[]) => spymasterHere('study', ...args);

test('prints base rates, CHOP by volatility, forecasts, and in words what they show', async () => {
  const { stdout, code } = await run('--minutes', minutes);
  expect(code).toBe(0);
  expect(stdout).toContain('ES, 12 sessions from 2025-03-03 to 2025-03-18');
  for (const row of ['EMA_20', 'PM_HIGH', 'ALL'])
    expect(stdout).toMatch(new RegExp(`^${row} +\\d+  \\d+ % \\(`, 'm'));
  expect(stdout).toMatch(/^volatility \+ distance \+ time of day +[+-]?\d+ \[/m);
  expect(stdout).toContain('Not shown: a direction edge.');
  expect(stdout).toContain('takes 100 scored sessions; there are 8.');
});

test('--json prints one document of the same', async () => {
  const { stdout, code } = await run('--minutes', minutes, '--json');
  const study = JSON.parse(stdout) as MinuteStudy;
  expect(code).toBe(0);
  expect(study).toMatchObject({
    product: 'ES',
    sessions: 12,
    partial: [],
    horizonMinutes: 8,
    intervals: null,
  });
  expect(study.forecasts?.scoredSessions).toBe(8);
  expect(study.chopByVolatility.length).toBe(5);
});

test('says what is wrong with a file, and what it takes', async () => {
  const none = await run('--minutes', join(folder, 'none.parquet'));
  expect([none.code, none.stdout]).toEqual([1, '']);
  expect(none.stderr).toMatch(/there is no file .*none\.parquet/);
  const part = join(folder, 'part.csv');
  writeFileSync(part, 'datetime,open,high,low,close\n2025-03-03 15:00:00,6000,6001,5999,6000.5\n');
  const { code, stderr } = await run('--minutes', part);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'covers the regular hours of no session of ES, only parts of 1 from 2025-03-03 on',
  );
  expect((await run('--minutes', minutes, '--symbol', 'XX')).stderr).toContain('no product "XX"');
  // Points of ES are no whole ticks of every product.
  expect((await run('--minutes', minutes, '--symbol', 'YM')).stderr).toContain(
    'has a price between two ticks of YM',
  );
  expect((await run()).code).toBe(2);
});
