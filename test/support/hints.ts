/** The commands that users are told to type: by the program itself, and by the README. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROJECT_ROOT } from '../../infra/root';

const SOURCES = ['graph', 'lake', 'activities', 'workflows', 'workers', 'infra'];

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

/** Code without its comments: what is left may be printed. */
const printable = (text: string) => text.replaceAll(/\/\*\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

/** The project's sources, without their comments. */
export const sources = SOURCES.flatMap((folder) => files(join(PROJECT_ROOT, folder))).map((file) => ({
  file: relative(PROJECT_ROOT, file),
  text: printable(readFileSync(file, 'utf8')),
}));

/** What a placeholder of a template stands for. */
const filled = (hint: string) =>
  hint
    // A part that is not always there.
    .replaceAll(/\$\{[^{}]*`(?:[^{}]|\{[^{}]*\})*\}/g, '')
    .replaceAll(/\$\{[^}]*([dD]ate|start|end|session|asOf)[^}]*\}/g, '2024-03-05')
    .replaceAll(/\$\{(what|only|how)\}/g, '')
    .replaceAll(/\$\{[^}]*(product|symbol)[^}]*\}/g, 'ES')
    .replaceAll(/\$\{[^}]*\}/g, 'ESH4')
    .replaceAll(/\bDATE\b/g, '2024-03-05');

/** Hints that the sources print, with their placeholders filled in. */
export const printed = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/\.\/spymaster ((?:\$\{(?:[^{}]|\{[^{}]*\})*\}|"[^"]*"|[^`'"\\\n$])*)/g)].map(
    ([, hint]) => ({
      from: file,
      hint: filled(hint)
        .replace(/ > \S+$/, '')
        .trim(),
    }),
  ),
);

export const README = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');
/** Commands of the README's code blocks, with the optional parts left out and the first of alternatives taken. */
export const documented = [...README.matchAll(/^ *\.\/spymaster ((?:"[^"]*"|[^"\n])*)/gm)].map(
  ([, line]) => ({
    from: 'README.md',
    hint: line
      .replace(/\s+#.*$/, '')
      .replace(/ > \S+$/, '')
      .replaceAll(/\s*\[[^\]]*\]/g, '')
      .replaceAll(/\b(\w+)(\|\w+)+/g, '$1')
      .replaceAll('...', '')
      .trim(),
  }),
);

/** The words of a hint, as a shell takes it apart. */
export const wordsOf = (hint: string): string[] =>
  [...hint.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
