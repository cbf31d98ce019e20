/** Rows of any width as a person reads them: in an aligned table, or where that is too wide one column a line. */
import { visible, visibleLines } from '../../visible';

/** A cell of a table is cut to this where the table is too wide with all of it. */
const CELL = 40;
/** What is shown of a value beside its column's name, however narrow the screen. */
const LEAST_VALUE = 20;
const GAP = '  ';

export interface LayoutColumn {
  readonly name: string;
  /** Whether its values are numbers, which stand to the right. */
  readonly numeric: boolean;
}

export interface RowLayout {
  /** What comes before the first row. */
  readonly head: string;
  /** @param i number of the row, counted from 0 */
  row(cells: readonly string[], i: number): string;
}

/** A text cut to a width; what is cut ends in an ellipsis. */
const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

/**
 * The layout for rows of which the first are known.
 * @param width characters of a line
 */
export function layoutFor(
  columns: readonly LayoutColumn[],
  first: readonly (readonly string[])[],
  width: number,
): RowLayout {
  const names = columns.map(({ name }) => visible(name));
  if (names.join() === 'explain_key,explain_value') return PLAN;
  const natural = names.map((name, k) =>
    first.reduce((most, row) => Math.max(most, visible(row[k]).length), name.length),
  );
  const cut = natural.map((one, k) => Math.min(one, Math.max(CELL, names[k].length)));
  let room = width - cut.reduce((sum, one) => sum + one, 0) - GAP.length * (cut.length - 1);
  if (room < 0) return records(names, width);
  // What is left of the line goes to those that were cut.
  const widths = cut.map((one, k) => {
    const more = Math.min(room, natural[k] - one);
    room -= more;
    return one + more;
  });
  return table(names, columns, widths);
}

/** Plans are drawings of many lines. */
const PLAN: RowLayout = { head: '', row: ([, drawing]) => visibleLines(drawing) };

function table(
  names: readonly string[],
  columns: readonly LayoutColumn[],
  widths: readonly number[],
): RowLayout {
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, k) =>
      columns[k].numeric ? cell.padStart(widths[k]) : cell.padEnd(widths[k]),
    );
    return `${padded.join(GAP).trimEnd()}\n`;
  };
  const rule = widths.map((width) => '-'.repeat(width)).join(GAP);
  return {
    head: `${line(names)}${rule}\n`,
    // A later row may be wider than the first ones were: rather out of line than cut.
    row: (cells) => line(cells.map((cell, k) => fit(visible(cell), Math.max(widths[k], CELL)))),
  };
}

function records(names: readonly string[], width: number): RowLayout {
  const nameWidth = Math.max(...names.map((name) => name.length));
  const valueWidth = Math.max(LEAST_VALUE, width - nameWidth - GAP.length);
  return {
    head: '',
    row: (cells, i) => {
      const lines = cells.map((cell, k) =>
        `${names[k].padEnd(nameWidth)}${GAP}${fit(visible(cell), valueWidth)}`.trimEnd(),
      );
      const title = `-[ row ${i + 1} ]`;
      return `${[title.padEnd(nameWidth + GAP.length, '-'), ...lines].join('\n')}\n`;
    },
  };
}
