/** What the comparison of a built contract-date with the rows streamed of it says, as a check of a layer's build. */
import type { CheckResult } from './checks';
import type { Comparison } from './comparison';

/** Differences named at most. */
const MAX_NAMED = 3;

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

/**
 * The check of a layer. Its value is the number of rows that differ.
 * @param comparisons of the layer's tables, streamed rows as `found` and built ones as `expected`
 * @param compared rows of all layers that were compared: where there are none, nothing was checked, and that is no pass
 */
export function streamedCheck(comparisons: readonly Comparison[], compared: number): CheckResult {
  const differences = comparisons.reduce((sum, one) => sum + one.differences, 0);
  const counts = comparisons.map(({ dataset, rows }) => `${many(rows, 'row')} of ${dataset}`).join(', ');
  const differing = comparisons.filter((one) => one.differences > 0);
  const found =
    compared === 0
      ? 'nothing to compare: no rows, streamed or built'
      : differing.length === 0
        ? `built and streamed rows are the same: ${counts}`
        : `${many(differences, 'row')} built otherwise than streamed, of ${counts}; ${differing.slice(0, MAX_NAMED).map(firstOf).join('; ')}`;
  return result(differences === 0 && compared > 0, differences, found);
}

/** The check where the streamed rows are not there to be compared: all that were built count as differing. */
export const uncomparedCheck = (rows: number, reason: string): CheckResult =>
  result(false, rows, `${many(rows, 'built row')} could not be compared with those streamed: ${reason}`);

export const STREAMED_CHECK = 'streamed_rows';

const result = (passed: boolean, value: number, message: string): CheckResult => ({
  check: STREAMED_CHECK,
  severity: 'warning',
  passed,
  value,
  limit: 0,
  message,
});

function firstOf({ dataset, differences, first }: Comparison): string {
  if (!first) return `${dataset}: ${differences}`;
  const { row, column, expected, found } = first;
  const what =
    column === null
      ? `built ${expected}, streamed ${found}`
      : `${column} built ${expected}, streamed ${found}`;
  return `first in ${dataset} at ${row}: ${what}`;
}
