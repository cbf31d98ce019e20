/** The two sides of a book, as small integers that index arrays. */
export const BID = 0;
export const ASK = 1;
export type BookSide = typeof BID | typeof ASK;
