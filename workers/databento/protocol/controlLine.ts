/** Lines of the live protocol before records flow: `key=value|key=value`, ended by a line feed. */
import { SpymasterError } from '../../../graph/errors';

export type ControlLine = Readonly<Record<string, string>>;

/** @throws SpymasterError BadArgument for a value that would end its field or the line */
export function formatLine(fields: Readonly<Record<string, string | number | bigint | undefined>>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text = String(value);
    if (/[|\r\n]/.test(text))
      throw new SpymasterError('BadArgument', `${key} may not contain "|" or a line break`, { field: key });
    parts.push(`${key}=${text}`);
  }
  return `${parts.join('|')}\n`;
}

/** A line without its line feed; a closing `|` is tolerated, and so is a part without `=`, whose value is empty. */
export function parseLine(line: string): ControlLine {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of line.replace(/\r$/, '').split('|')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    if (at < 0) fields[part] = '';
    else fields[part.slice(0, at)] = part.slice(at + 1);
  }
  return fields;
}
