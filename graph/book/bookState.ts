/**
 * How far a book can be trusted. *Warming*: it was joined midway, or the channel lost packets, so orders may be missing
 * or stale until a snapshot or R. *Snapshot*: one is being read. *Live*: complete.
 */
export type BookState = 'empty' | 'warming' | 'snapshot' | 'live';

/** The states, but `Audited` is live while more of the snapshot its F_LAST just closed may still come. */
export const Phase = { Empty: 0, Warming: 1, Snapshot: 2, Audited: 3, Live: 4 } as const;
export const STATE_OF: readonly BookState[] = ['empty', 'warming', 'snapshot', 'live', 'live'];

/** Best bid against best ask: below it (or one is missing), at it, above it. */
export const Spread = { Open: 0, Locked: 1, Crossed: 2 } as const;
export type SpreadKind = (typeof Spread)[keyof typeof Spread];
