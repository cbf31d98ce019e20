/**
 * What a command prints. Results go to stdout, and with `--json` nothing but one JSON document does; progress, logs and
 * errors go to stderr, so that a program can read the one and a person the other.
 */
import { visible, visibleJson, visibleLines } from '../../visible';
import { toned, toneOf, type Tone } from './colour';

/** Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but some items failed or were refused, 130 interrupted. */
export const EXIT = { ok: 0, failed: 1, usage: 2, partial: 3, interrupted: 130 } as const;

/** Prints one JSON document; 64-bit integers become strings, because JSON readers take numbers for doubles. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v), 2);
  process.stdout.write(`${visibleJson(text)}\n`);
}

const NUMBER = /^(-?\d+(\.\d+)?(e[+-]?\d+)?)?$/;

/** Prints rows as an aligned table; columns of nothing but numbers to the right, states in their colour on a terminal. */
export function printTable(headers: string[], rows: (string | number)[][]): void {
  const cells = [headers, ...rows.map((row) => row.map((cell) => visible(String(cell))))];
  const widths = headers.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  const right = headers.map((_, k) => rows.length > 0 && cells.slice(1).every((row) => NUMBER.test(row[k])));
  const line = (row: string[]) => {
    const last = row.findLastIndex((cell) => cell !== '');
    return row
      .slice(0, last + 1)
      .map((cell, k) => {
        const room = ' '.repeat(k === last && !right[k] ? 0 : widths[k] - cell.length);
        const shown = toned(cell, toneOf(cell), process.stdout);
        return right[k] ? room + shown : shown + room;
      })
      .join('  ');
  };
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  process.stdout.write([line(headers), rule, ...cells.slice(1).map(line)].join('\n') + '\n');
}

/** Takes what is only shown off the terminal, before anything is printed. */
let wipe = (): void => {};

/** Has something be wiped from now on; what was before it has been. */
export function wipeFirst(clear: () => void): void {
  wipe = clear;
}

/** Prints lines of text, as they are but for what would steer the terminal. */
export function print(text: string, tone?: Tone): void {
  wipe();
  process.stdout.write(toned(visibleLines(text), tone, process.stdout));
}

/** A note for the person watching, on stderr. */
export function note(message: string, tone?: Tone): void {
  wipe();
  process.stderr.write(`${toned(visibleLines(message), tone, process.stderr)}\n`);
}
