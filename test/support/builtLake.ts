/** A lake of one small simulated date without options, made by the command line alone. */
import { join } from 'node:path';
import { temporaryFolder } from './lake';
import { onLake } from './spymaster';

export const BUILT_DATE = '2024-03-05';

/** Simulates, imports and builds ESH4 of `BUILT_DATE`. Returns the lake's folder. */
export async function builtLake(): Promise<string> {
  const folder = temporaryFolder();
  const [raw, lake] = [join(folder, 'raw'), join(folder, 'lake')];
  const spymaster = onLake(lake);
  for (const args of [
    ['simulate', '--out', raw, '--from', BUILT_DATE, '--events', '10000', '--no-options'],
    ['import', raw],
    ['build', '--symbol', 'ES', '--date', BUILT_DATE],
  ]) {
    const { code, stderr } = await spymaster(...args);
    if (code !== 0) throw new Error(stderr);
  }
  return lake;
}
