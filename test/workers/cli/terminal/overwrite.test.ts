import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { mayOverwrite, requireFolderOf } from '../../../../workers/cli/terminal/overwrite';
import { temporaryFolder } from '../../../support/lake';

const folder = temporaryFolder();
const files = ['a', 'b', 'c', 'd', 'new'].map((name) => join(folder, name));
for (const file of files.slice(0, 4)) writeFileSync(file, '');

/** What comes of it where a person types something; and what was asked. */
async function answered(typed: string, force = false) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(typed);
  const agreed = await mayOverwrite(files, force, { input, output }).then(
    () => true,
    ({ code }: { code: string }) => code,
  );
  return { agreed, question: (output.read() as Buffer | null)?.toString().trimEnd() };
}

it('asks once for all, and takes nothing but yes for it', async () => {
  const question = `a, b, c and 1 more in ${folder} are there already. Overwrite? [y/N]`;
  for (const yes of ['y\n', 'YES\n', ' yes \n'])
    expect(await answered(yes)).toEqual({ agreed: true, question });
  for (const no of ['n\n', '\n', 'sure\n', ''])
    expect(await answered(no)).toEqual({ agreed: 'BadArgument', question });
});

it('asks nothing where it is told to, or nothing is there', async () => {
  expect(await answered('', true)).toEqual({ agreed: true, question: undefined });
  await mayOverwrite([join(folder, 'new')]);
});

it('refuses, where nobody can be asked, by name', async () => {
  await expect(mayOverwrite([files[0], files[4]], false, undefined)).rejects.toMatchObject({
    message: `${files[0]} is there already; nothing was written`,
    details: { expected: '--force to overwrite, or another place' },
  });
});

it('never agrees to what is no file', async () => {
  await expect(mayOverwrite([folder], true)).rejects.toThrow(`${folder} is no file`);
});

it('wants the folder of a file to be there before the work begins', () => {
  requireFolderOf(join(folder, 'new'));
  requireFolderOf('new');
  expect(() => requireFolderOf(join(folder, 'nowhere', 'new'))).toThrow(
    `there is no folder ${folder}/nowhere`,
  );
  expect(() => requireFolderOf(join(files[0], 'new'))).toThrow(`there is no folder ${files[0]}`);
});
