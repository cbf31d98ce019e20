/** Times on the terminal: New York's, in which trade dates and hours of trading are told. Headers say ET; JSON has UTC. */
import { UNDEF_TIMESTAMP } from '../../../graph/dbn/constants';
import { easternClock } from '../../../graph/market/easternTime';

/** `2024-03-05 09:30:00` of ns UTC; empty for no time. */
export const timeCell = (ns: bigint | null, decimals = 0): string =>
  ns === null || ns === UNDEF_TIMESTAMP ? '' : easternClock(ns, decimals);

/** The same of ISO 8601. */
export const timeCellOf = (iso: string): string => timeCell(BigInt(Date.parse(iso)) * 1_000_000n);
