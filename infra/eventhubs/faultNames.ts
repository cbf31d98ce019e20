/** What can be asked for, and what its number means. */
export const FAULTS = {
  busy: 'sends that are refused with server-busy',
  lose: 'batches that are kept, and whose answer is lost with the connection',
  duplicate: 'events that are delivered twice',
  reorder: 'events that are delivered after the one that follows them',
  stall: 'ms for which nothing is answered and nothing delivered',
  resume: 'ends a stall; without a number',
  cut: 'cuts every connection, with --hub those that use it; without a number',
} as const;
export type FaultName = keyof typeof FAULTS;
