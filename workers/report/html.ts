/** Small pieces of HTML. */
import { count } from './facts';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text escaped for use between tags and in quoted attributes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]);

/** A cell: text, a number, a number as it is to be written, or HTML that needs no escaping. */
export type Cell = string | number | { figure: string } | { html: string };

/** A table with a caption; columns of numbers are aligned as such. */
export function table(caption: string, headers: readonly string[], rows: readonly Cell[][]): string {
  const numeric = headers.map((_, k) => rows.length > 0 && rows.every((row) => isNumber(row[k])));
  const mark = (k: number) => (numeric[k] ? ' class="number"' : '');
  const head = headers.map((header, k) => `<th scope="col"${mark(k)}>${escape(header)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr>${row.map((cell, k) => `<td${mark(k)}>${content(cell)}</td>`).join('')}</tr>`,
  );
  return (
    `<table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead>` +
    `<tbody>\n${body.join('\n')}\n</tbody></table>`
  );
}

export const section = (title: string, ...parts: string[]): string =>
  `<section>\n<h2>${escape(title)}</h2>\n${parts.join('\n')}\n</section>`;

export const paragraph = (text: string): string => `<p>${escape(text)}</p>`;

const isNumber = (cell: Cell): boolean =>
  typeof cell === 'number' || (typeof cell === 'object' && 'figure' in cell);

function content(cell: Cell): string {
  if (typeof cell === 'object') return 'html' in cell ? cell.html : escape(cell.figure);
  return escape(typeof cell === 'number' ? figure(cell) : cell);
}

/** Whole numbers in full, others to four significant digits. */
function figure(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (!Number.isInteger(value)) return String(Number(value.toPrecision(4)));
  return count(value);
}
