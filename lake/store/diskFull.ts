/** A disk without room, whoever meets it: the store, which has the system's error, or DuckDB, which has its words. */
const FULL = /ENOSPC|EDQUOT|No space left on device|quota exceeded/i;

/** What to do about it, as failures say it. */
export const MORE_ROOM = 'more room where the file is written';

/** Whether a failure comes of a disk that is full: what failed can be done again when there is room. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && (FULL.test(error.message) || isDiskFull(error.cause));
