/** The commands that build partitions anew, as they are printed. */
import type { Reprocess } from '../../../graph/planning/planner';

interface Dated {
  product: string;
  tradeDate: string;
}

/** One command a product, over all of its dates. */
export function backfillCommands(dates: readonly Dated[], reprocess: Reprocess = 'missing'): string[] {
  return [...new Set(dates.map(({ product }) => product))].sort().map((product) => {
    const tradeDates = dates
      .filter((one) => one.product === product)
      .map(({ tradeDate }) => tradeDate)
      .sort();
    const what = reprocess === 'missing' ? '' : ` --reprocess ${reprocess}`;
    return `./spymaster backfill --symbol ${product} --start ${tradeDates[0]} --end ${tradeDates.at(-1)}${what}`;
  });
}
