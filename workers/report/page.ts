/** The frame of a report: one HTML page that needs nothing else, its style in it. */
import { escape } from './html';
import { STYLE } from './style';

/** @param words of the verdict, as HTML */
export const page = (
  title: string,
  { tone, words }: { tone: string; words: string },
  sections: readonly string[],
): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escape(title)}</h1><p class="verdict ${tone}">${words}</p></header>`,
    '<main>',
    ...sections,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
