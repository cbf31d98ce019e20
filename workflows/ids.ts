/** Workflow ids. The one of a build is the lock of its contract-date: Temporal runs one workflow of an id at a time. */

/** `build-ESH4-2024-01-02`. */
export const buildId = ({ contract, tradeDate }: { contract: string; tradeDate: string }) =>
  `build-${contract}-${tradeDate}`;

/** `backfill-ES-2024-01-02-2024-03-28`: the same range asked for twice is noticed. */
export const backfillId = ({ symbol, start, end }: { symbol: string; start: string; end: string }) =>
  `backfill-${symbol}-${start}-${end}`;
