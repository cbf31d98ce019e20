/** Builds one backfill may hold: its state is a line each, and a payload should stay below 256 KB. */
export const MAX_BUILDS = 5_000;

/** Builds of one backfill at once. */
export const MAX_CONCURRENCY = 64;
