import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pager, pagerCommand } from '../../../../workers/cli/terminal/textOutput';
import { temporaryFolder } from '../../../support/lake';

describe('a pager', () => {
  it('gets all of a text, however long', async () => {
    const file = join(temporaryFolder(), 'read');
    const output = pager(`cat > '${file}'`);
    const line = `${'x'.repeat(99)}\n`;
    for (let i = 0; i < 100; i++) expect(await output.write(line.repeat(100))).toBe(true);
    await output.end();
    expect(readFileSync(file, 'utf8')).toBe(line.repeat(10_000));
  });

  it('that is left wants no more', async () => {
    const output = pager('head -1 > /dev/null');
    const text = 'x\n'.repeat(100_000);
    // It ends after its first line, with whatever of the text still unread.
    while (await output.write(text));
    expect(await output.write(text)).toBe(false);
    await output.end();
  });

  it('is not started for nothing', async () => {
    const file = join(temporaryFolder(), 'started');
    await pager(`touch '${file}'`).end();
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});

describe('the pager to use', () => {
  const { isTTY } = process.stdout;
  afterEach(() => (process.stdout.isTTY = isTTY));

  it('is none where there is no terminal', () => {
    process.stdout.isTTY = false;
    expect(pagerCommand({ PAGER: 'more' })).toBeUndefined();
  });

  it('is PAGER, or less where it is installed', () => {
    process.stdout.isTTY = true;
    const PATH = temporaryFolder();
    expect(pagerCommand({ PAGER: 'more -s', PATH })).toBe('more -s');
    for (const PAGER of ['', ' ', 'cat']) expect(pagerCommand({ PAGER, PATH })).toBeUndefined();
    expect(pagerCommand({ PATH })).toBeUndefined();
    writeFileSync(join(PATH, 'less'), '');
    expect(pagerCommand({ PATH: `/nowhere:${PATH}` })).toBe('less');
  });
});
