/** What questions name, looked up: what is not there is no empty answer. */
import { requireBuilt as requireBuiltDates, type DateRange } from '../../../activities/reports/outcomes';
import { SpymasterError } from '../../../graph/errors';
import { sessionOf } from '../../../graph/market/calendar';
import type { Lake } from '../../../lake/lake';

/** Whether there is such a contract does not depend on the date. */
const SOME_DATE = '2024-01-02';

/** Looks up what a field names: what goes wrong with it says which field it was. */
export function named(field: string, look: () => unknown): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof SpymasterError)) throw error;
    throw new SpymasterError(error.code, error.message, { ...error.details, field });
  }
}

/** @throws SpymasterError BadArgument for an unknown product or contract, or an end before the start */
export function checkRange({ products }: Lake, { product, contract, start, end }: DateRange): void {
  if (product !== undefined) named('product', () => products.productOf(product));
  if (contract !== undefined) named('contract', () => products.contractOf(contract, start ?? SOME_DATE));
  if (start !== undefined && end !== undefined && end < start)
    throw new SpymasterError('BadArgument', `end ${end} is before start ${start}`, { field: 'end' });
}

/** @throws SpymasterError BadArgument for a range that cannot be; NoInput where no trade date within it is built */
export async function requireBuilt(lake: Lake, range: DateRange): Promise<void> {
  checkRange(lake, range);
  await requireBuiltDates(lake, range);
}

/** @throws SpymasterError NoInput for a contract or a trade date that cannot be */
export function requirePossible({ products }: Lake, contract: string, date: string): void {
  try {
    sessionOf(date, products.contractOf(contract, date).product);
  } catch (error) {
    if (!(error instanceof SpymasterError) || error.code !== 'BadArgument') throw error;
    throw new SpymasterError('NoInput', error.message, { ...error.details, field: undefined });
  }
}
