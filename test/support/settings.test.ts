import { readFileSync } from 'node:fs';
import { loadConfig } from '../../workers/config';

it('tests run without the settings of whoever runs them', () => {
  const set = Object.keys(process.env).filter((name) => /^(SPYMASTER|TEMPORAL)_/.test(name));
  expect(set.filter((name) => !/^(SPYMASTER_TEST_.*|TEMPORAL_CLI_PATH)$/.test(name))).toEqual([
    'SPYMASTER_CONFIG',
  ]);
  expect(readFileSync(process.env.SPYMASTER_CONFIG!, 'utf8')).toBe('');
  expect(loadConfig().file).toBe(process.env.SPYMASTER_CONFIG);
});
