import { readFileSync } from 'node:fs';
import { loadConfig } from '../../workers/config';

it('tests run without the settings of whoever runs them', () => {
  const set = Object.keys(process.env).filter((name) => /^(SPYMASTER|TEMPORAL)_/.test(name));
  const kept = set.filter((name) => !/^(SPYMASTER_TEST_.*|TEMPORAL_CLI_PATH)$/.test(name));
  expect(kept.sort()).toEqual(['SPYMASTER_CONFIG', 'SPYMASTER_LOG']);
  expect(process.env.SPYMASTER_LOG).toBe('human');
  expect(readFileSync(process.env.SPYMASTER_CONFIG!, 'utf8')).toBe('');
  expect(loadConfig().file).toBe(process.env.SPYMASTER_CONFIG);
});
