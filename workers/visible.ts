/**
 * Text from elsewhere - names in files, messages about them - as it may be shown: what would steer a terminal or turn the order of
 * writing is escaped.
 */

/** Controls (C0, DEL, C1), line and paragraph separators, and marks that change the direction of writing. */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g; // oxlint-disable-line no-control-regex

const escape = (character: string): string => {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
};

/** Text that belongs on one line: a name, a cell. */
export const visible = (text: string): string => text.replace(UNSAFE, escape);

/** Text of the program's own making around such names: its lines and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replace(UNSAFE, (character) =>
    character === '\n' || character === '\t' ? character : escape(character),
  );

/** JSON that reads the same, with everything unsafe that JSON itself lets stand escaped. */
export const visibleJson = (json: string): string =>
  json.replace(UNSAFE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
