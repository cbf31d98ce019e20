/** A lake of small simulated dates, one by default, without options, made by the command line alone. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './lake';
import { spymaster } from './spymaster';

export const BUILT_DATE = '2024-03-05';

/**
 * Simulates, imports and builds ESH4 of `BUILT_DATE`, and of the dates after it if more are wanted. Returns the lake's folder, whose raw
 * files are in the folder `raw` beside it. The first of a run that wants such a lake makes it, the others have a copy.
 */
export async function builtLake({ dates = [BUILT_DATE], events = 10_000 } = {}): Promise<string> {
  const config = readFileSync(process.env.SPYMASTER_CONFIG!, 'utf8');
  const wanted = createHash('sha256').update(JSON.stringify({ dates, events, config })).digest('hex');
  const made = join(process.env.SPYMASTER_TEST_LAKES!, wanted);
  if (!existsSync(made)) await make(made, dates, events);
  const folder = temporaryFolder();
  cpSync(made, folder, { recursive: true });
  return join(folder, 'lake');
}

async function make(made: string, dates: readonly string[], events: number): Promise<void> {
  const folder = mkdtempSync(`${made}-`);
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
  try {
    renameSync(folder, made);
  } catch (error) {
    // Another one was made at the same time.
    if (!existsSync(made)) throw error;
  }
}
