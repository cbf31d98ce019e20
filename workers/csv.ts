/** Values as cells of CSV (RFC 4180): nothing for null, JSON for what is no single value. */
import type { Json } from '@duckdb/node-api';

export const textOf = (value: Json | null): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

export function csvCell(value: Json | null): string {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
