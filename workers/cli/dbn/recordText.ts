/** Records as lines of CSV and of JSON, byte for byte as Databento's own tools write them. */
import { isoTime, UNDEF_TIMESTAMP } from '../../../graph/dbn';
import type { RecordColumn } from '../../../graph/dbn/columns';
import type { DbnRecord } from '../../../graph/dbn';
import { UNDEF_PRICE } from '../../../graph/records/mbo';

export interface RecordLines {
  /** What stands before the first record. */
  readonly head: string;
  /** @param symbol `null` where none is known */
  line(record: DbnRecord, symbol: string | null): string;
}

type Value = bigint | number | string;

/** Text of a value; `null` for an undefined price or time in the readable form, and for a letter that is not there. */
type Text = (value: Value) => string | null;

/** CSV with a header; empty where there is no value. */
export function csvLines(columns: readonly RecordColumn[], pretty: boolean): RecordLines {
  const texts = columns.map((column) => textOf(column, pretty));
  const names = [...columns.map(({ name }) => name), 'symbol'];
  return {
    head: `${names.join(',')}\n`,
    line(record, symbol) {
      let line = '';
      for (let k = 0; k < columns.length; k++) {
        const { type, valueIn } = columns[k];
        const text = texts[k](valueIn(record)) ?? '';
        line += type === 'text' || type === 'char' ? `${csvCell(text)},` : `${text},`;
      }
      return `${line}${csvCell(symbol ?? '')}\n`;
    },
  };
}

const csvCell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A JSON document a line; 64-bit integers are strings. */
export function jsonLines(columns: readonly RecordColumn[], pretty: boolean): RecordLines {
  const texts = columns.map((column) => jsonText(column, pretty));
  const openings = columns.map((column, k) => `${opening(columns[k - 1], column)}${nameWithin(column)}:`);
  const end = typeof columns[columns.length - 1].part === 'number' ? '}]' : '';
  return {
    head: '',
    line(record, symbol) {
      let line = '{';
      for (let k = 0; k < columns.length; k++) line += openings[k] + texts[k](columns[k].valueIn(record));
      return `${line}${end},"symbol":${JSON.stringify(symbol)}}\n`;
    },
  };
}

/** What closes the part before a column and opens its own: the header is an object, levels are a list of them. */
function opening(before: RecordColumn | undefined, { part }: RecordColumn): string {
  const last = before?.part;
  if (last === part) return before === undefined ? '' : ',';
  if (typeof last === 'number') return typeof part === 'number' ? '},{' : '}],';
  const closing = last === 'header' ? '},' : before === undefined ? '' : ',';
  return closing + (part === 'header' ? '"hd":{' : part === undefined ? '' : '"levels":[{');
}

/** `"bid_px"` for `bid_px_00`. */
const nameWithin = ({ name, part }: RecordColumn) =>
  JSON.stringify(typeof part === 'number' ? name.replace(/_\d+$/, '') : name);

function jsonText(column: RecordColumn, pretty: boolean): (value: Value) => string {
  const text = textOf(column, pretty);
  const quoted = column.type === 'u64' || column.type === 'i64';
  const written = column.type === 'text' || column.type === 'char';
  return (value) => {
    const shown = text(value);
    if (shown === null) return 'null';
    return written ? JSON.stringify(shown) : quoted ? `"${shown}"` : shown;
  };
}

function textOf({ type, unit }: RecordColumn, pretty: boolean): Text {
  if (type === 'char') return (value) => (value === '\0' ? null : (value as string));
  if (!pretty || unit === undefined) return (value) => `${value}`;
  return unit === 'price' ? (value) => fixedPrice(value as bigint) : timeText();
}

/** A price with all nine decimals, as Databento writes it; `null` for "no price". */
function fixedPrice(price: bigint): string | null {
  if (price === UNDEF_PRICE) return null;
  const digits = (price < 0n ? -price : price).toString().padStart(10, '0');
  return `${price < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** Times one after the other mostly share their second, whose text is kept. */
function timeText(): (value: Value) => string | null {
  let second = -1n;
  let text = '';
  return (value) => {
    if (value === UNDEF_TIMESTAMP) return null;
    const of = (value as bigint) / 1_000_000_000n;
    if (of !== second) {
      second = of;
      text = (isoTime(of * 1_000_000_000n) as string).slice(0, -'000000000Z'.length);
    }
    return `${text}${((value as bigint) % 1_000_000_000n).toString().padStart(9, '0')}Z`;
  };
}
