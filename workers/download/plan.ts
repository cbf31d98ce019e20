/** What a download asks Databento for: which symbols, in which schemas, on which UTC days, into which files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMAS, utcDate, type Schema, type Stype } from '../../graph/dbn';
import { SpymasterError } from '../../graph/errors';
import { sessionOf, tradeDates, whyClosed } from '../../graph/market/calendar';
import { dayNumber, isoDate } from '../../graph/market/days';
import type { Products } from '../../graph/products/catalog';
import type { Product } from '../../graph/products/profile';
import type { DataRequest } from '../databento/historical/historicalClient';

/** The one dataset the products of this project trade in. */
export const DATASET = 'GLBX.MDP3';
export const DEFAULT_SCHEMAS: readonly Schema[] = ['mbo', 'definition', 'statistics'];
/** What options are evaluated by. */
const OPTION_SCHEMAS: readonly Schema[] = ['definition', 'trades', 'statistics'];

export interface DownloadWish {
  /** A product (`ES`: all its futures), a contract (`ESH4`), or a rule (`ES.v.0`). */
  symbol: string;
  /** Trade dates, inclusive. */
  start: string;
  end: string;
  schemas: readonly Schema[];
  options: boolean;
  /** Folder for the files. */
  out: string;
}

/** Symbols that are asked for together. */
export interface Target {
  /** As file names have it: `es-fut`. */
  label: string;
  symbols: readonly string[];
  stypeIn: Stype;
  schema: Schema;
}

/** One file: a target on a UTC day. */
export interface Piece {
  target: Target;
  day: string;
  path: string;
}

/** @throws SpymasterError BadArgument for a symbol of no known product, or no trade date from start to end */
export function targetsOf({ symbol, schemas, options }: DownloadWish, products: Products): Target[] {
  const rule = /^([A-Z0-9]+)\.[cvn]\.\d+$/.exec(symbol);
  const product = productOf(symbol, rule?.[1], products);
  const isProduct = product.root === symbol;
  const [asked, stypeIn]: [string, Stype] = rule
    ? [symbol, 'continuous']
    : isProduct
      ? [`${symbol}.FUT`, 'parent']
      : [symbol, 'raw_symbol'];
  const label = asked.toLowerCase().replaceAll('.', '-');
  const futures = schemas.map((schema) => ({ label, symbols: [asked], stypeIn, schema }));
  if (!options) return futures;
  if (product.optionRoots.length === 0)
    throw new SpymasterError('BadArgument', `no options of ${product.root} are known`, {
      field: '--options',
    });
  return [
    ...futures,
    ...OPTION_SCHEMAS.map((schema) => ({
      label: `${product.root.toLowerCase()}-opt`,
      symbols: product.optionRoots.map((root) => `${root}.OPT`),
      stypeIn: 'parent' as const,
      schema,
    })),
  ];
}

/** The product of whatever a symbol names. */
export function productOf(symbol: string, root: string | undefined, products: Products): Product {
  if (root !== undefined) return products.productOf(root);
  return (
    products.find(symbol) ??
    (/\d$/.test(symbol) ? products.contractOf(symbol, ANY_DAY).product : products.productOf(symbol))
  );
}

/** Any day does: only whether there is such a contract is asked. */
const ANY_DAY = '2024-01-02';

/**
 * The UTC days that trade dates lie in: files of Databento are of UTC days, a trade date begins the evening before.
 * @throws SpymasterError BadArgument if there is no trade date
 */
export function utcDaysOf(start: string, end: string, product: Product): string[] {
  if (end < start)
    throw new SpymasterError('BadArgument', `--end ${end} is before --start ${start}`, { field: '--end' });
  const dates = tradeDates(start, end, product);
  if (dates.length === 0)
    throw new SpymasterError(
      'BadArgument',
      `there is no trade date from ${start} to ${end}: ${whyClosed(start, product)}`,
      {
        field: '--start',
      },
    );
  const first = dayNumber(utcDate(sessionOf(dates[0], product).globexOpen));
  const last = dayNumber(utcDate(sessionOf(dates[dates.length - 1], product).globexClose));
  return Array.from({ length: last - first + 1 }, (_, k) => isoDate(first + k));
}

/** A file for each target and day. */
export const piecesOf = (targets: readonly Target[], days: readonly string[], out: string): Piece[] =>
  targets.flatMap((target) =>
    days.map((day) => ({
      target,
      day,
      path: join(
        out,
        `${target.label}-${DATASET.toLowerCase().replace('.', '-')}-${day.replaceAll('-', '')}.${target.schema}.dbn.zst`,
      ),
    })),
  );

/** Those that are not there yet. */
export const missingOf = (pieces: readonly Piece[]): Piece[] =>
  pieces.filter(({ path }) => !existsSync(path));

/** What to ask for so that a piece is whole. */
export const requestOf = ({ target, day }: Piece): DataRequest => spanOf(target, day, day);

/** Days of a target, both inclusive. */
export const spanOf = ({ symbols, stypeIn, schema }: Target, first: string, last: string): DataRequest => ({
  dataset: DATASET,
  schema,
  symbols,
  stypeIn,
  start: first,
  end: isoDate(dayNumber(last) + 1),
});

/** Pieces of a target on days that follow each other, as one request each: to ask what they cost. */
export function runsOf(pieces: readonly Piece[]): { target: Target; days: string[] }[] {
  const runs: { target: Target; days: string[] }[] = [];
  for (const { target, day } of pieces) {
    const last = runs.at(-1);
    if (last?.target === target && dayNumber(last.days.at(-1)!) + 1 === dayNumber(day)) last.days.push(day);
    else runs.push({ target, days: [day] });
  }
  return runs;
}

/** Schemas of a list such as `mbo,definition`. @throws SpymasterError BadArgument */
export function parseSchemas(text: string): Schema[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !SCHEMAS.some((schema) => schema === name));
  if (unknown !== undefined)
    throw new SpymasterError('BadArgument', `there is no schema ${JSON.stringify(unknown)}`, {
      field: '--schema',
      expected: SCHEMAS.join(', '),
    });
  return names as Schema[];
}
