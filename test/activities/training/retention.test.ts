import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { expireSnapshots } from '../../../activities/training/retention';
import { readSnapshot, takeSnapshot } from '../../../activities/training/snapshot';
import { goldTrainingSnapshot } from '../../../graph/models/training/snapshotTable';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { vacuum } from '../../../lake/delta/vacuum';
import { plantedApproaches } from '../../graph/models/training/planted';
import { goldLake } from '../../support/goldLake';
import { temporaryFolder } from '../../support/lake';
import { modelVersion } from '../../support/models';

const HOUR = 3_600_000;

test('snapshots that no model names go when they are old enough; those that one names stay', async () => {
  const lake = await goldLake(temporaryFolder(), plantedApproaches(4, { strength: 0, aSession: 3 }));
  const context = { progress: () => {}, signal: new AbortController().signal };
  const run = { workflowId: 'test', runId: 'test' };
  const settings = { lake: '', features: DEFAULT_SETTINGS };
  const take = async (end?: string) =>
    (await takeSnapshot(lake, { product: 'ES', ...(end && { end }), run }, settings, context)).version;
  const whole = await take();
  const { sessions } = await readSnapshot(lake, 'ES', whole);
  const [kept, unnamed] = [whole, await take(sessions[1])];
  const version = modelVersion();
  const training = { ...version.training, snapshot: kept };
  await new ModelRegistry(lake).publish({ ...version, training }, localWriter('ann'));
  const versions = async () =>
    (await lake.table(goldTrainingSnapshot).snapshot()).partitions().map(({ values }) => values.version);
  const expire = (retentionHours: number, hours: number, dryRun = false) =>
    expireSnapshots(lake, { retentionHours, dryRun }, Date.now() + hours * HOUR);

  expect(await expire(168, 167)).toEqual([]);
  // Whatever the retention, a training may be under way that fits to one of today.
  expect(await expire(0, 23)).toEqual([]);
  const expired = [{ product: 'ES', version: unnamed, rows: 6, bytes: expect.any(Number) as number }];
  expect(await expire(168, 169, true)).toEqual(expired);
  expect(new Set(await versions())).toEqual(new Set([kept, unnamed]));
  expect(await expire(168, 169)).toEqual(expired);
  expect(await versions()).toEqual([kept]);
  expect((await readSnapshot(lake, 'ES', kept)).count).toBe(12);
  // What it was stays readable as of then, as long as any other old version.
  expect((await vacuum(lake.table(goldTrainingSnapshot), { retentionHours: 168 })).files).toEqual([]);
  // Taken again, it is the same.
  expect(await take(sessions[1])).toBe(unnamed);
  expect((await readSnapshot(lake, 'ES', unnamed)).count).toBe(6);
});
