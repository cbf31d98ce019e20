import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { obtainTemporal } from '../../../infra/temporal/cli';
import { TEMPORAL_YAML, loadTemporalSettings } from '../../../workers/temporal/settings';

const DELIVERED = readFileSync(TEMPORAL_YAML, 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-yaml-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'temporal.yaml');
  writeFileSync(path, text);
  return path;
}
test('the delivered file is exactly three levels of scalars, as the command line demands', () => {
  for (const [name, section] of Object.entries(parse(DELIVERED) as Record<string, Record<string, object>>)) {
    expect([name, typeof section]).toEqual([name, 'object']);
    for (const [key, entry] of Object.entries(section)) {
      expect([name, key, typeof entry, Array.isArray(entry)]).toEqual([name, key, 'object', false]);
      for (const [field, value] of Object.entries(entry))
        expect([name, key, field, typeof value]).toEqual([
          name,
          key,
          field,
          expect.stringMatching(/string|number|boolean/),
        ]);
    }
  }
});

test('the command line itself reads it', async () => {
  const program = (await obtainTemporal()).path;
  const { stdout } = spawnSync(program, ['--env-file', TEMPORAL_YAML, 'env', 'get', '-o', 'json'], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual([
    { property: 'address', value: '127.0.0.1:7233' },
    { property: 'namespace', value: 'spymaster' },
    { property: 'task-queue', value: 'spymaster' },
  ]);
});

test('a queue may be limited, and is not without', () => {
  const limited = file(
    DELIVERED.replace('max-activities: auto', 'max-activities: 3\n    max-per-second: 0.5'),
  );
  expect(loadTemporalSettings(limited, {})).toMatchObject({
    control: { activities: 100, cachedWorkflows: 200 },
    cpu: { activities: 3, perSecond: 0.5 },
  });
  expect(loadTemporalSettings(limited, {}).control).not.toHaveProperty('perSecond');
  const none = file(DELIVERED.replace('max-activities: auto', 'max-activities: 3\n    max-per-second: 0'));
  expect(() => loadTemporalSettings(none, {})).toThrow(/spymaster-cpu.max-per-second/);
});

test('every wrong value is named with its place', () => {
  const wrong = DELIVERED.replace('max-activities: 100', 'max-activities: many')
    .replace('15 18 * * MON-FRI', 'every evening')
    .replace('America/New_York', 'Mars/Olympus')
    .replace('catchup-window: 12h', 'catchup-window: a while')
    .replace('SpymasterSymbol: Keyword', 'SpymasterSymbol: Colour')
    .replace('max-cached-workflows', 'max-cashed-workflows');
  const load = () => loadTemporalSettings(file(wrong));
  for (const named of [
    'task-queues.spymaster-control.max-activities',
    'schedules.nightly-build.cron: "every evening" has 2 fields, not five',
    'schedules.nightly-build.time-zone',
    'schedules.nightly-build.catchup-window',
    'search-attributes.custom.SpymasterSymbol',
    'max-cashed-workflows',
  ])
    expect(load).toThrow(named);
  expect(() => loadTemporalSettings(file('env: [1'))).toThrow('not valid YAML');
  expect(() => loadTemporalSettings('/no/such')).toThrow('cannot be read');
});
