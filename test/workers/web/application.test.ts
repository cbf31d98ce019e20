/** The application as it was built: what a browser loads of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../../../infra/root';

const BUILT = join(PROJECT_ROOT, 'dist', 'web');
const files = readdirSync(BUILT, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map(({ parentPath, name }) => ({ name, bytes: readFileSync(join(parentPath, name)) }));
const page = readFileSync(join(BUILT, 'index.html'), 'utf8');

test('all of it together, and so the first load, is less than 400 kB of gzip', () => {
  const size = files.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0);
  expect(size).toBeGreaterThan(5_000);
  expect(size).toBeLessThan(400_000);
});

test('the page has no script and no style in it, and names nothing of elsewhere', () => {
  const scripts = [...page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)];
  expect(scripts).toHaveLength(1);
  for (const [, within] of scripts) expect(within).toBe('');
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/);
  const named = [...page.matchAll(/(?:src|href)="(.*?)"/g)].map(([, address]) => address);
  expect(named.length).toBeGreaterThan(1);
  for (const address of named) expect(address).toMatch(/^\.\/assets\//);
  for (const { name, bytes } of files)
    if (name.endsWith('.css')) expect(bytes.toString()).not.toMatch(/url\(|@import/);
});
