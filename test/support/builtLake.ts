/** A lake of small simulated dates, one by default, without options, made by the command line alone. */
import { join } from 'node:path';
import { temporaryFolder } from './lake';
import { spymaster } from './spymaster';

export const BUILT_DATE = '2024-03-05';

/** Simulates, imports and builds ESH4 of `BUILT_DATE`, and of the dates after it if more are wanted. Returns the lake's folder. */
export async function builtLake({ dates = [BUILT_DATE], events = 10_000 } = {}): Promise<string> {
  const folder = temporaryFolder();
  const [raw, lake] = [join(folder, 'raw'), join(folder, 'lake')];
  const size = ['--days', String(dates.length), '--events', String(events), '--no-options'];
  for (const args of [
    ['simulate', '--out', raw, '--from', dates[0], ...size],
    ['import', raw],
    ...dates.map((date) => ['build', '--symbol', 'ES', '--date', date]),
  ]) {
    const { code, stderr } = await spymaster({ SPYMASTER_LAKE: lake }, ...args);
    if (code !== 0) throw new Error(stderr);
  }
  return lake;
}
