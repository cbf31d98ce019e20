import { rmSync } from 'node:fs';
import { sharedLake } from '../../../activities/stages/sharedLake';
import { TABLES } from '../../../graph/catalog/declaration';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';

const at = (lake: string) => ({ lake, features: DEFAULT_SETTINGS });
const A = { contract: 'A' };
const valuesOf = async (lake: Lake) => (await lake.table(numbers).readRows()).map(({ n }) => Number(n));

describe('the lake of a thread', () => {
  it('is opened once a folder, with every declared table', async () => {
    const folder = temporaryFolder();
    const lake = await sharedLake(at(folder));
    expect(await sharedLake(at(folder))).toBe(lake);
    expect(await sharedLake(at(temporaryFolder()))).not.toBe(lake);
    expect(lake.contracts).toBe(TABLES);
  });

  it('sees what others have written since it was opened', async () => {
    const folder = temporaryFolder();
    const lake = await sharedLake(at(folder));
    const other = await Lake.open(folder, [numbers]);
    expect(await valuesOf(lake)).toEqual([]);
    for (let n = 1; n <= 3; n++) {
      await other.table(numbers).append(A, [numbersBatch(n)], commitOptions());
      expect(await valuesOf(lake)).toHaveLength(n);
    }
    await lake.table(numbers).overwritePartition(A, [numbersBatch(4)], commitOptions());
    expect(await valuesOf(other)).toEqual([4]);
  });

  it('starts anew with a folder that was emptied', async () => {
    const folder = temporaryFolder();
    const lake = await sharedLake(at(folder));
    for (const n of [1, 2]) await lake.table(numbers).append(A, [numbersBatch(n)], commitOptions());
    rmSync(folder, { recursive: true });
    expect(await valuesOf(lake)).toEqual([]);
    await lake.table(numbers).append(A, [numbersBatch(3)], commitOptions());
    expect(await valuesOf(await Lake.open(folder, [numbers]))).toEqual([3]);
  });
});
