/**
 * Times people can read: beside each column of ns since 1970 UTC a view has one in New York's time, in which trade dates and hours
 * of trading are told, to the microsecond.
 */
import type { ColumnContract } from '../../graph/datasets/schema';
import { quoteName } from '../parquet/engine';

const ZONE = 'America/New_York';

/** `touch_at` of `touch_ts`, `event_at` of `ts_event`, `known_from_at` of `known_from`. */
function nameFor(column: string): string {
  if (column.endsWith('_at')) return `${column}_et`;
  if (column === 'ts') return 'ts_at';
  return `${column.replace(/^ts_|_ts$|_utc$/, '')}_at`;
}

/**
 * The columns of a view, as a list for SELECT.
 * @param columns names of those it is made of, in their order
 * @param contract what is known of them: units
 */
export function withReadableTimes(columns: readonly string[], contract: readonly ColumnContract[]): string {
  const taken = new Set(columns);
  const instants = new Set(contract.filter(({ unit }) => unit === 'ns UTC').map(({ name }) => name));
  const list = columns.flatMap((column) => {
    const name = nameFor(column);
    if (!instants.has(column) || taken.has(name)) return [quoteName(column)];
    const utc = `timezone('UTC', make_timestamp(${quoteName(column)} // 1000))`;
    return [quoteName(column), `timezone('${ZONE}', ${utc}) AS ${quoteName(name)}`];
  });
  return list.join(', ');
}
