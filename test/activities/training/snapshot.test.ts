/** Training snapshots: what Gold held, written once, found again by what it was taken from. */
import { takeSnapshot, readSnapshot } from '../../../activities/training/snapshot';
import { goldTrainingSnapshot } from '../../../graph/models/training/snapshotTable';
import { examplesOf } from '../../../graph/models/training/example';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import type { Lake } from '../../../lake/lake';
import { plantedApproaches } from '../../graph/models/training/planted';
import { goldLake } from '../../support/goldLake';
import { temporaryFolder } from '../../support/lake';

const context = { progress: () => {}, signal: new AbortController().signal };
const run = { workflowId: 'test', runId: 'test' };
const take = (lake: Lake, range: { start?: string; end?: string } = {}) =>
  takeSnapshot(lake, { product: 'ES', ...range, run }, { lake: '', features: DEFAULT_SETTINGS }, context);

test('holds every approach whose outcome is known, column by column as it is in Gold', async () => {
  const approaches = plantedApproaches(4, { strength: 0, aSession: 5 });
  const lake = await goldLake(temporaryFolder(), approaches);
  const { version, sessions, examples, firstSession, lastSession, existed } = await take(lake);
  expect({ sessions, examples, existed }).toEqual({ sessions: 4, examples: 20, existed: false });
  const read = await readSnapshot(lake, 'ES', version);
  const wanted = examplesOf(approaches);
  expect([firstSession, lastSession]).toEqual([wanted.sessions[0], wanted.sessions[3]]);
  for (const column of [
    'sessions',
    'episodeId',
    'label',
    'raw',
    'touchDistance',
    'timeOfDay',
    'masks',
  ] as const)
    expect({ column, values: read[column] }).toEqual({ column, values: wanted[column] });
  // The bars of Gold are 0.5 all along, for five of the twenty minutes.
  expect(read.sequence.filter((value) => value === 0.5).length).toBe(read.sequence.length / 4);
  expect(read.sequence.filter(Number.isNaN).length).toBe((read.sequence.length * 3) / 4);
});

test('the same Gold is the same snapshot, written once; other sessions are another', async () => {
  const lake = await goldLake(temporaryFolder(), plantedApproaches(4, { strength: 0, aSession: 3 }));
  const first = await take(lake);
  const again = await take(lake);
  expect(again).toEqual({ ...first, existed: true });
  const part = await take(lake, { end: '2024-01-03' });
  expect(part.sessions).toBe(2);
  expect(part.version).not.toBe(first.version);
  expect((await lake.table(goldTrainingSnapshot).history()).length).toBe(2);
});

test('a range without a session that is built is refused, and says so', async () => {
  const lake = await goldLake(temporaryFolder(), plantedApproaches(2, { strength: 0, aSession: 3 }));
  await expect(take(lake, { start: '2025-01-01' })).rejects.toMatchObject({
    code: 'NoInput',
    message: expect.stringContaining('from 2025-01-01 to the last') as string,
  });
});
