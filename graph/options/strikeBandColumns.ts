/** What the columns of both option tables have in common: figures that may be missing, and figures by strike band. */
import { figure, name, price, type Column } from '../datasets/column';
import { BANDS } from './bands';

/** What the tables' rows are made of: figures around a price, or none. */
interface Reading<Figures> {
  readonly levelId: string;
  readonly levelPrice: number;
  readonly future: number;
  readonly figures: Figures | null;
}

/** Columns of figures as columns of readings: null where a reading has none. */
export function masked<Figures>(columns: readonly Column<Figures>[]): Column<Reading<Figures>>[] {
  return columns.map((column) => ({
    ...column,
    nullable: true,
    value: ({ figures }) => (figures === null ? null : column.value(figures)),
  }));
}

/**
 * Which price the strike bands of a row are around.
 * @param at what a row is of, e.g. `bar`
 * @param when the instant the prices are of
 */
export const levelColumns = (at: string, when: string): Column<Reading<unknown>>[] => [
  name('level_id', {
    meaning: `Level of silver.levels whose strike bands the row holds; PRICE for the future itself. The rest repeats in every row of a ${at}`,
    value: (reading) => reading.levelId,
  }),
  price('level_price', { meaning: `Its price ${when}`, value: (reading) => reading.levelPrice }),
  price('future', { meaning: `The future's price ${when}`, value: (reading) => reading.future }),
];

/**
 * One figure for each strike band.
 * @param of the column whose part within a band it is; names the columns
 */
export function banded<Figures>(
  of: string,
  unit: string,
  value: (figures: Figures, band: number) => number,
): Column<Figures>[] {
  return BANDS.map((band, i) =>
    figure(`${of}_${band}`, {
      unit,
      meaning: `${of}, strikes ${placeOf(i)}`,
      value: (figures) => value(figures, i),
    }),
  );
}

function placeOf(band: number): string {
  const distance = band - (BANDS.length - 1) / 2;
  if (distance === 0) return 'at level_price';
  return `in band ${Math.abs(distance)} ${distance > 0 ? 'above' : 'below'} it`;
}

/** Band edges are in the settings, as ticks; this says how to read them. */
export const BAND_MEANING =
  'Strike bands: at level_price within the first of the setting bandTicks, band n on either side from there to the next.';
