/** Contract-dates one backfill may hold: its state is a line each, and a payload should stay below 256 KB. */
export const MAX_CONTRACT_DATES = 5_000;

/** Contract-dates one backfill may build at once. */
export const MAX_CONCURRENCY = 64;
