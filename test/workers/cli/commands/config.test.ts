import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../../../support/lake';
import { projectCopy } from '../../../support/projectCopy';
import { documentOf, spymasterWith } from '../../../support/spymaster';

const folder = temporaryFolder();
const file = join(folder, 'mine.yaml');
const environment = {
  SPYMASTER_CONFIG: file,
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_API_KEY: 'k',
};
writeFileSync(file, 'lake: data\nfeatures: { bars: { seconds: 30 } }\n');

test('prints what is in use, as YAML and as JSON, and no secret', async () => {
  const { code, stdout } = await spymasterWith(environment, 'config');
  expect(code).toBe(0);
  expect(parse(stdout)).toMatchObject({
    file,
    lake: join(folder, 'data'),
    features: { bars: { seconds: 30 }, episodes: { primaryHorizonMinutes: 8 } },
    temporal: { address: 'temporal.example:7233', namespace: 'spymaster', tls: true, apiKey: 'set' },
  });
  expect(documentOf(await spymasterWith(environment, 'config', '--json'))).toEqual(parse(stdout));
});

test('prints the connection in the newer format', async () => {
  const { stdout } = await spymasterWith(environment, 'config', 'toml');
  expect(stdout).toContain('[profile.default]');
  expect(stdout).toContain('namespace = "spymaster"');
});

test('prints no key of temporal.yaml, in neither format, nor where the file is broken', async () => {
  const copy = await projectCopy('temporal.example:7233');
  const yaml = join(copy.folder, 'temporal.yaml');
  const delivered = readFileSync(yaml, 'utf8');
  const withKey = delivered.replace(
    '    namespace: spymaster',
    '    api-key: s3cret\n    namespace: spymaster',
  );
  writeFileSync(yaml, withKey);
  for (const args of [['config'], ['config', '--json'], ['config', 'toml']]) {
    const { code, stdout, stderr } = await copy.start({}, ...args).finished;
    expect([code, stdout]).toEqual([0, expect.stringContaining('temporal.example:7233')]);
    expect(stdout + stderr).not.toContain('s3cret');
  }
  writeFileSync(yaml, withKey.replace('s3cret', 's3cret: ['));
  const { code, stdout, stderr } = await copy.start({}, 'config').finished;
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/is not valid YAML: .*, at line \d+, column \d+/);
  expect(stderr).not.toContain('s3cret');
});

test('names every wrong value', async () => {
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(wrong, 'features: { bars: { seconds: 0 } }\n');
  const { code, stdout, stderr } = await spymasterWith({ SPYMASTER_CONFIG: wrong }, 'config');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('features.bars.seconds');
});
