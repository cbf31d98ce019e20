/** Records of a DBN file as text: one JSON document, or one line a record. */
import {
  decimalPrice,
  isoTime,
  SymbolResolver,
  utcDate,
  type DbnMetadata,
  type RecordView,
} from '../../../graph/dbn';
import { isPrice, isTime } from '../../../graph/dbn/columns';
import type { SpymasterError } from '../../../graph/errors';
import { UNDEF_PRICE } from '../../../graph/records/mbo';

/** Text before, of and after the records. */
interface Listing {
  head(metadata: DbnMetadata): string;
  record(view: RecordView, index: number): string;
  /** @param error what ended the reading early, if anything did */
  foot(error?: SpymasterError): string;
}

/**
 * `{metadata, records: [...]}`, and `error` where the file turned out to be damaged; 64-bit integers as
 * strings.
 */
export function jsonListing(): Listing {
  const json = (value: unknown) =>
    JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
  let begun = false;
  return {
    head(metadata) {
      begun = true;
      return `{"metadata":${json(metadata)},\n"records":[`;
    },
    record: (view, index) => `${index === 0 ? '' : ','}\n${json(view.decode())}`,
    foot(error) {
      if (!begun) return '';
      return error
        ? `\n],"error":${json({ code: error.code, message: error.message, ...error.details })}}\n`
        : '\n]}\n';
    },
  };
}

/** A line a record: time, type, symbol, and the fields by name. */
export function textListing(): Listing {
  let symbols = new SymbolResolver();
  return {
    head(metadata) {
      symbols = new SymbolResolver(metadata);
      const { version, dataset, schema, start, end } = metadata;
      const span = `${isoTime(start)} to ${end === null ? 'open' : isoTime(end)}`;
      const parts = [`DBN version ${version}`, dataset, schema ?? 'mixed schemas', span];
      return `${[...parts, summarize(metadata.symbols)].filter(Boolean).join(', ')}\n`;
    },
    record(view) {
      symbols.learn(view);
      const { type, publisherId: _, instrumentId, tsEvent, ...fields } = view.decode();
      const symbol = symbols.symbolOf(instrumentId, utcDate(view.tsRecv ?? tsEvent)) ?? instrumentId;
      const shown = Object.entries(fields).map(([name, value]) => `${name}=${readable(name, value)}`);
      return `${isoTime(tsEvent) ?? '-'} ${type} ${symbol} ${shown.join(' ')}\n`;
    },
    foot: () => '',
  };
}

/** The first few of a list that may be long. */
export function summarize(names: string[]): string {
  const rest = names.length - 5;
  return names.slice(0, 5).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function readable(name: string, value: unknown): string {
  if (value === UNDEF_PRICE) return '-';
  if (typeof value === 'bigint') {
    if (isPrice(name)) return decimalPrice(value) ?? '-';
    if (isTime(name)) return isoTime(value) ?? '-';
    return value.toString();
  }
  if (typeof value === 'string') return value === '' || value === '\0' ? '-' : value;
  if (Array.isArray(value)) return `[${value.map((entry) => readable(name, entry)).join(' | ')}]`;
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([inner, v]) => `${inner}=${readable(inner, v)}`)
      .join(' ');
  return String(value);
}
