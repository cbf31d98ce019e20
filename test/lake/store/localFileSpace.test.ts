import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalFileSpace } from '../../../lake/store/localFileSpace';
import { LocalStore } from '../../../lake/store/localStore';
import { temporaryFolder } from '../../support/lake';
import { describeFileSpace } from './storeContract';

describeFileSpace('the files of a local folder', () => {
  const folder = join(temporaryFolder(), 'lake');
  return { store: new LocalStore(folder), space: new LocalFileSpace(folder) };
});

it('copies nothing', async () => {
  const folder = temporaryFolder();
  const space = new LocalFileSpace(folder);
  const staged = await space.stage('part.parquet');
  writeFileSync(staged, 'rows');
  const { ino } = statSync(staged);
  await space.put(staged, 'table/part.parquet');
  expect(await space.pathOf('table/part.parquet')).toBe(join(folder, 'table', 'part.parquet'));
  expect(statSync(join(folder, 'table', 'part.parquet')).ino).toBe(ino);
});

it('clears away what killed writers have left in the staging folder for a day', async () => {
  const folder = temporaryFolder();
  const staging = join(folder, '.staging');
  const old = new Date(Date.now() - 25 * 3_600_000);
  mkdirSync(staging);
  for (const name of ['old.parquet', 'young.parquet']) writeFileSync(join(staging, name), 'rows');
  utimesSync(join(staging, 'old.parquet'), old, old);
  await new LocalFileSpace(folder).stage('mine.parquet');
  expect(readdirSync(staging)).toEqual(['young.parquet']);
});
