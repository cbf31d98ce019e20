/** Trade dates laid out as a calendar. */

/** Days of a month in weeks from Monday to Friday, which trade dates are of; null where the month has no such day. */
export interface Month {
  /** Such as `2025-11`. */
  readonly month: string;
  readonly weeks: readonly (readonly (string | null)[])[];
}

const DAY_MS = 86_400_000;

/** @param first to `last`: ISO dates of the first and the last month shown */
export function monthsBetween(first: string, last: string): Month[] {
  const months: Month[] = [];
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = following(month))
    months.push({ month, weeks: weeksOf(month) });
  return months;
}

function weeksOf(month: string): (string | null)[][] {
  const weeks: (string | null)[][] = [];
  for (let at = Date.parse(`${month}-01`); iso(at).startsWith(month); at += DAY_MS) {
    const day = new Date(at).getUTCDay();
    if (day === 0 || day === 6) continue;
    if (weeks.length === 0 || day === 1) weeks.push([null, null, null, null, null]);
    weeks[weeks.length - 1][day - 1] = iso(at);
  }
  return weeks;
}

const iso = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The month after one. */
function following(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
