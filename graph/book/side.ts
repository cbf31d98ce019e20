/** The two sides of a book, as small integers that index arrays. */
export const BID = 0;
export const ASK = 1;
export type BookSide = typeof BID | typeof ASK;

/** Names of the sides, by index. */
export const SIDE_NAMES = ['bid', 'ask'] as const;
export type SideName = (typeof SIDE_NAMES)[number];
