import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, spymaster } from '../../../support/spymaster';

const folder = temporaryFolder();
const file = join(folder, 'mine.yaml');
const environment = {
  SPYMASTER_CONFIG: file,
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_API_KEY: 'k',
};
writeFileSync(file, 'lake: data\nfeatures: { bars: { seconds: 30 } }\n');

test('prints what is in use, as YAML and as JSON, and no secret', async () => {
  const { code, stdout } = await spymaster(environment, 'config');
  expect(code).toBe(0);
  expect(parse(stdout)).toMatchObject({
    file,
    lake: join(folder, 'data'),
    features: { bars: { seconds: 30 }, episodes: { primaryHorizonMinutes: 8 } },
    temporal: { address: 'temporal.example:7233', namespace: 'spymaster', tls: true, apiKey: 'set' },
  });
  expect(documentOf(await spymaster(environment, 'config', '--json'))).toEqual(parse(stdout));
});

test('prints the connection in the newer format', async () => {
  const { stdout } = await spymaster(environment, 'config', 'toml');
  expect(stdout).toContain('[profile.default]');
  expect(stdout).toContain('namespace = "spymaster"');
});

test('names every wrong value', async () => {
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(wrong, 'features: { bars: { seconds: 0 } }\n');
  const { code, stdout, stderr } = await spymaster({ SPYMASTER_CONFIG: wrong }, 'config');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('features.bars.seconds');
});
