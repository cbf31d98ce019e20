/**
 * The lists of symbols in the metadata of DBN and DBZ: what was requested, what did not resolve, and which symbol maps to which
 * on which days. Symbols lie in fields of `cstr` bytes, NUL-terminated; days are YYYYMMDD.
 */
import { SpymasterError } from '../errors';
import { dayNumber } from '../market/days';
import { readText, viewOf, writeText } from './fields';

/**
 * From `startDate` (inclusive) to `endDate` (exclusive), both UTC days `YYYY-MM-DD`, a symbol is known as
 * `symbol`.
 */
interface MappingInterval {
  startDate: string;
  endDate: string;
  symbol: string;
}

/**
 * `rawSymbol` holds the *input* symbol (of `stypeIn`), its intervals the *output* symbols (of `stypeOut`).
 */
interface SymbolMapping {
  rawSymbol: string;
  intervals: MappingInterval[];
}

/** What a request resolved to. */
export interface Symbology {
  symbols: string[];
  /** Symbols that did not resolve on every day. */
  partial: string[];
  notFound: string[];
  mappings: SymbolMapping[];
}

/** Bytes `encodeSymbology` takes for symbols in fields of `cstr` bytes. */
export function symbologyBytes({ symbols, partial, notFound, mappings }: Symbology, cstr: number): number {
  const names = symbols.length + partial.length + notFound.length + mappings.length;
  const intervals = mappings.reduce((sum, mapping) => sum + mapping.intervals.length, 0);
  return 4 * 4 + names * cstr + mappings.length * 4 + intervals * (8 + cstr);
}

/** Writes the lists of symbols and mappings at `at`. */
export function encodeSymbology(symbology: Symbology, out: Uint8Array, at: number, cstr: number): void {
  const view = viewOf(out);
  const count = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const symbol = (value: string) => {
    writeText(view, at, cstr, value);
    at += cstr;
  };
  for (const list of [symbology.symbols, symbology.partial, symbology.notFound]) {
    count(list.length);
    list.forEach(symbol);
  }
  count(symbology.mappings.length);
  for (const { rawSymbol, intervals } of symbology.mappings) {
    symbol(rawSymbol);
    count(intervals.length);
    for (const interval of intervals) {
      count(dateNumber(interval.startDate));
      count(dateNumber(interval.endDate));
      symbol(interval.symbol);
    }
  }
}

/**
 * Reads the lists of symbols and mappings at `at`. Every count is checked against the bytes that are there
 * before anything is allocated for it.
 * @returns the lists and the offset behind them
 */
export function decodeSymbology(
  bytes: Uint8Array,
  at: number,
  cstr: number,
): { symbology: Symbology; end: number } {
  const view = viewOf(bytes);
  const need = (size: number, field: string) => {
    if (at + size > bytes.length) throw corruptMetadata(`the metadata ends within its ${field}`, at, field);
  };
  const count = (each: number, field: string) => {
    need(4, field);
    const n = view.getUint32(at, true);
    at += 4;
    need(n * each, field);
    return n;
  };
  const symbol = () => {
    const value = readText(view, at, cstr);
    at += cstr;
    return value;
  };
  const date = (field: string) => {
    const value = view.getUint32(at, true);
    const text = dateText(value);
    if (text === null) throw corruptMetadata(`${value} is no date of the form YYYYMMDD`, at, field);
    at += 4;
    return text;
  };
  const symbols = (field: string) => Array.from({ length: count(cstr, field) }, symbol);
  const mapping = (): SymbolMapping => {
    need(cstr + 4, 'mappings');
    const rawSymbol = symbol();
    const intervals = Array.from({ length: count(8 + cstr, 'mappings') }, () => ({
      startDate: date('start_date'),
      endDate: date('end_date'),
      symbol: symbol(),
    }));
    return { rawSymbol, intervals };
  };
  const symbology = {
    symbols: symbols('symbols'),
    partial: symbols('partial'),
    notFound: symbols('not_found'),
    mappings: Array.from({ length: count(cstr + 4, 'mappings') }, mapping),
  };
  return { symbology, end: at };
}

/** `null` if the number is no date. */
function dateText(yyyymmdd: number): string | null {
  const digits = yyyymmdd.toString().padStart(8, '0');
  const text = `${digits.slice(0, -4)}-${digits.slice(-4, -2)}-${digits.slice(-2)}`;
  try {
    dayNumber(text);
    return text;
  } catch {
    return null;
  }
}

function dateNumber(date: string): number {
  dayNumber(date);
  return Number(date.replaceAll('-', ''));
}

export const corruptMetadata = (message: string, offset: number, field: string) =>
  new SpymasterError('CorruptDbn', `Corrupt DBN metadata: ${message}.`, { offset, field });
