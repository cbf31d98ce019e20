import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_DATE as DATE, builtLake } from '../../../support/builtLake';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, onLake } from '../../../support/spymaster';

let lake: string;
beforeAll(async () => (lake = await builtLake()));
const quality = (...args: string[]) => onLake(lake)('quality', ...args);

test('prints every check, the findings and the verdict; the page goes to a file', async () => {
  const html = join(temporaryFolder(), 'quality.html');
  const { code, stdout, stderr } = await quality(DATE, '--html', html);
  expect(stdout).toMatch(/^layer +check +severity +result +finding\n/);
  expect(stdout).toMatch(/^Layers: bronze published, silver published, gold published$/m);
  expect(stdout).toMatch(/^Dead letters: none$/m);
  expect(stdout).toMatch(/\nESH4 2024-03-05 \(simulated data\): (passed|warned)\n$/);
  expect(stderr).toContain(`Written to ${html}.`);
  expect(readFileSync(html, 'utf8')).toContain(
    '<title>Data quality: ESH4 2024-03-05 (simulated data)</title>',
  );
  expect(code).toBe(0);
});

test('--json prints one document, typed arrays as lists', async () => {
  const report = documentOf<{ inspection: { records: number; minutes: { records: number[] } } }>(
    await quality(DATE, '--json'),
  );
  expect(report).toMatchObject({ contract: 'ESH4', tradeDate: DATE });
  const { records, minutes } = report.inspection;
  expect(minutes.records.reduce((sum, value) => sum + value, 0)).toBe(records);
});

test('a date that was never built is an error; so is one that is none', async () => {
  expect((await quality('2024-03-07')).code).toBe(1);
  const weekend = await quality('2024-03-09');
  expect([weekend.code, weekend.stderr]).toEqual([2, expect.stringContaining('no trade date') as string]);
});
