/**
 * When the device is made to keep what was appended. A process that ends loses nothing in any case; a machine that loses power keeps,
 * with `each-batch`, all a producer had an answer for, with `each-second` all but the last second, with `never` what the system wrote.
 */
export const FSYNC_POLICIES = ['each-batch', 'each-second', 'never'] as const;

export type FsyncPolicy = (typeof FSYNC_POLICIES)[number];
