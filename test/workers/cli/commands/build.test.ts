import { spymasterHere } from '../../../support/spymaster';

test('what is to be built again is said as it is for backfills; --force is of files', async () => {
  const refused = await spymasterHere('build', '--symbol', 'ES', '--date', '2024-03-05', '--force');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--reprocess all');
  const { stdout } = await spymasterHere('build', '--help');
  expect(stdout).toContain('--reprocess <what>');
  expect(stdout).not.toContain('--force');
});
