/** Columns described once, each with how its value is read off: table contract and rows derive from the same list. */
import type { ColumnContract, Row } from '../datasets/schema';
import { BANDS } from './bands';

export interface RowColumn<Context> {
  readonly contract: ColumnContract;
  readonly value: (context: Context) => Row[string];
  /** Null in rows that hold no data. */
  readonly masked: boolean;
}

/** A column every row has, with data or without. */
export function head<Context>(
  contract: ColumnContract,
  value: (context: Context) => Row[string],
): RowColumn<Context> {
  return { contract, value, masked: false };
}

/** A figure; null without data, and where it is NaN. */
export function figure<Context>(
  name: string,
  unit: string,
  meaning: string,
  value: (context: Context) => number,
): RowColumn<Context> {
  return { contract: { name, type: 'double', unit, meaning, nullable: true }, value, masked: true };
}

/** A whole number of something; null without data. */
export function tally<Context>(
  name: string,
  unit: string,
  meaning: string,
  value: (context: Context) => number,
): RowColumn<Context> {
  return { contract: { name, type: 'int32', unit, meaning, nullable: true }, value, masked: true };
}

/** One figure for each strike band. */
export function banded<Context>(
  name: string,
  unit: string,
  meaning: string,
  value: (context: Context, band: number) => number,
): RowColumn<Context>[] {
  return BANDS.map((band, i) =>
    figure(`${name}_${band}`, unit, `${meaning}, strikes ${place(i)}`, (context) => value(context, i)),
  );
}

function place(band: number): string {
  const rings = band - (BANDS.length - 1) / 2;
  if (rings === 0) return 'at level_price';
  return `in band ${Math.abs(rings)} ${rings > 0 ? 'above' : 'below'} it`;
}

/** Band edges are in the settings, as ticks; this says how to read them. */
export const BAND_MEANING =
  'Strike bands: at level_price within the first of the setting bandTicks, band n on either side from there to the next.';

/** The row of a context; `missing` nulls what is masked. */
export function rowOf<Context>(
  columns: readonly RowColumn<Context>[],
  context: Context,
  missing: boolean,
): Row {
  const row: Row = {};
  for (const { contract, value, masked } of columns) {
    const read = masked && missing ? null : value(context);
    row[contract.name] = typeof read === 'number' && Number.isNaN(read) ? null : read;
  }
  return row;
}
