import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from '../../../infra/browser/chromium';
import { PROJECT_ROOT } from '../../../infra/root';
import { temporaryFolder } from '../../support/lake';

test('what CHROME_PATH names goes before what is on the path, folder by folder', () => {
  const [empty, first, second] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  for (const [folder, name] of [
    [first, 'google-chrome'],
    [second, 'chromium'],
  ])
    writeFileSync(join(folder, name), '', { mode: 0o755 });
  writeFileSync(join(empty, 'chromium'), 'no program', { mode: 0o644 });
  mkdirSync(join(empty, 'chrome'));
  const PATH = [empty, first, second].join(':');
  expect(findChromium({ PATH })).toBe(join(first, 'google-chrome'));
  expect(findChromium({ PATH, CHROME_PATH: '/opt/chrome' })).toBe('/opt/chrome');
  expect(findChromium({ PATH: empty })).toBeUndefined();
});

test('where there is none and none may be installed, the command that does it is named', () => {
  const script = `require('./infra/browser/chromium').obtainChromium(() => {})`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: PROJECT_ROOT,
    env: { PATH: temporaryFolder() },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('apt-get install -y --no-install-recommends chromium');
  expect(stderr).toContain('CHROME_PATH');
});
