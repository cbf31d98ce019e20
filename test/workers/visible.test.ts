import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { visible, visibleJson, visibleLines } from '../../workers/visible';
import { printTable } from '../../workers/cli/terminal/output';
import { temporaryFolder } from '../support/lake';
import { documentOf, onLake } from '../support/spymaster';

const ESCAPE = '\u001b[2J\u009b31m';

test('controls, line separators and marks of direction are shown escaped, and all else as it is', () => {
  expect(visible(`ES\u0000H4${ESCAPE}\r\n\u202eDCBA é😀`)).toBe(
    'ES\\x00H4\\x1b[2J\\x9b31m\\x0d\\x0a\\u202eDCBA é😀',
  );
  expect(visibleLines('a\tb\nc\r\u001b')).toBe('a\tb\nc\\x0d\\x1b');
});

test('JSON reads the same', () => {
  const value = { name: `a${ESCAPE}\u007f\u2028\u202e`, n: [1, null] };
  const text = visibleJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/[\u007f-\u009f\u2028\u202e]/);
});

test('a cell of a table stays in its cell', () => {
  const written: string[] = [];
  const spy = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  printTable(['symbol', 'n'], [[`ES\n${ESCAPE}`, 1]]);
  spy.mockRestore();
  expect(written.join('').trimEnd().split('\n')).toHaveLength(3);
  expect(written.join('')).toContain('ES\\x0a\\x1b[2J\\x9b31m');
});

test('the name of a file that is refused is shown escaped', async () => {
  const folder = temporaryFolder();
  const file = join(folder, `a${ESCAPE}\nb.dbn`);
  writeFileSync(file, 'no DBN');
  const spymaster = onLake(join(folder, 'lake'));
  const { stderr } = await spymaster('import', file);
  expect(stderr).toContain('a\\x1b[2J\\x9b31m\\x0ab.dbn');
  for (const control of ['\u001b', '\u009b']) expect(stderr).not.toContain(control);
  const { stdout } = await spymaster('import', file, '--json');
  for (const control of ['\u001b', '\u009b']) expect(stdout).not.toContain(control);
  expect(JSON.stringify(documentOf({ stdout, stderr: '', code: 0 }))).toContain('b.dbn');
});
