import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../graph/dbn/text';
import { minuteSessions } from '../../graph/study/minuteBars';
import { readMinuteBars } from '../../lake/minuteBars';
import { dataPath, describeWithData } from '../support/data';
import { temporaryFolder } from '../support/lake';
import { ES } from '../support/minuteSessions';

const folder = temporaryFolder();

let files = 0;
function csv(...rows: string[]): string {
  const file = join(folder, `${files++}.csv`);
  writeFileSync(file, ['time,Open,High,Low,Close', ...rows].join('\n'));
  return file;
}

const FIRST = '2025-08-05 13:30:00,6400.25,6401,6400,6400.5';
const SECOND = '2025-08-05 13:31:00,6400.5,6402,6400.5,6401.75';

test('reads bars as ticks in the order of their times', async () => {
  const bars = await readMinuteBars(csv(SECOND, FIRST), ES);
  expect([...bars.start].map(isoTime)).toEqual([
    '2025-08-05T13:30:00.000000000Z',
    '2025-08-05T13:31:00.000000000Z',
  ]);
  expect([...bars.open]).toEqual([25_601, 25_602]);
  expect([...bars.high]).toEqual([25_604, 25_608]);
  expect([...bars.low]).toEqual([25_600, 25_602]);
  expect([...bars.close]).toEqual([25_602, 25_607]);
});

test.each([
  [
    'an impossible high',
    [FIRST, '2025-08-05 13:31:00,6400.5,6400.25,6400,6400'],
    /2025-08-05 13:31:00 UTC has a high below/,
  ],
  [
    'a price between ticks',
    ['2025-08-05 13:30:00,6400.3,6401,6400,6400.5'],
    /13:30:00 UTC has a price between two ticks of ES/,
  ],
  ['a minute twice', [FIRST, FIRST, SECOND], /13:30:00 UTC occurs twice/],
  [
    'bars of no minute',
    ['2025-08-05 13:30:05,6400.25,6401,6400,6400.5'],
    /13:30:05 UTC does not begin with a minute/,
  ],
  ['a missing price', [FIRST, '2025-08-05 13:31:00,6400.5,,6400.5,6401'], /13:31:00 UTC has a value missing/],
])('refuses %s by name', async (_, rows, message) => {
  await expect(readMinuteBars(csv(...rows), ES)).rejects.toThrow(message);
});

test('refuses what is no file of minute bars, and says what is', async () => {
  await expect(readMinuteBars(join(folder, 'none.parquet'), ES)).rejects.toMatchObject({ code: 'NoInput' });
  const other = join(folder, 'other.csv');
  writeFileSync(other, 'a,b\n1,2\n');
  await expect(readMinuteBars(other, ES)).rejects.toMatchObject({
    code: 'BadArgument',
    message: expect.stringContaining('its columns are a (BIGINT), b (BIGINT)'),
    details: { expected: expect.stringContaining('open, high, low and close') },
  });
  const broken = join(folder, 'broken.parquet');
  writeFileSync(broken, 'no parquet');
  await expect(readMinuteBars(broken, ES)).rejects.toMatchObject({ code: 'BadArgument' });
  const notes = join(folder, 'notes.md');
  writeFileSync(notes, 'no bars');
  await expect(readMinuteBars(notes, ES)).rejects.toMatchObject({
    message: `${notes} cannot be read: its name ends in neither .parquet nor .csv`,
  });
});

describeWithData('ES in 2025', () => {
  test('its sessions are those whose regular hours it covers', async () => {
    const series = await readMinuteBars(dataPath('es_1m_2025.parquet'), ES);
    expect(series.start.length).toBe(105_825);
    const { whole, partial } = minuteSessions(series, ES);
    // 74 whole days, and the one after Thanksgiving, which ends at 13:00.
    expect(whole.length).toBe(75);
    expect(partial).toEqual(['2025-12-03']);
    expect(whole.map(({ tradeDate }) => tradeDate)).toContain('2025-11-28');
    // Labor Day's short session is part of the day after.
    expect(whole.map(({ tradeDate }) => tradeDate)).not.toContain('2025-09-01');
    const bars = whole.reduce((sum, { start }) => sum + start.length, 0);
    expect(bars).toBeGreaterThan(104_000);
  });
});
