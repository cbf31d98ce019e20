/**
 * Which of the nearest touches count as precedents. Touches of one day, and above all those within minutes of one another, are not
 * independent: counted all, one lively hour would pass for a rule.
 */
import type { IsoDate } from '../market/days';
import { NS_PER_MINUTE } from '../market/time';
import type { Direction } from '../episodes/episode';

/** Precedents looked for. */
export const K = 50;
/** Precedents of one session. */
const PER_SESSION = 2;
/** Touches of one direction of a session that lie closer together are one event. */
const CLUSTER_NS = BigInt(8 * NS_PER_MINUTE);

/** What the rules look at. */
export interface Moment {
  readonly session: IsoDate;
  /** ns UTC. */
  readonly at: bigint;
  readonly direction: Direction;
}

/** Takes touches in order of distance, as long as the rules allow each beside those taken before it. */
export class Selection {
  private taken = 0;
  private readonly bySession = new Map<IsoDate, Moment[]>();

  constructor(private readonly most = K) {}

  get full(): boolean {
    return this.taken >= this.most;
  }

  /** Whether the touch is taken. */
  take(touch: Moment): boolean {
    if (this.full) return false;
    const same = this.bySession.get(touch.session);
    if (!same) this.bySession.set(touch.session, [touch]);
    else if (same.length >= PER_SESSION || same.some((other) => isOneEvent(touch, other))) return false;
    else same.push(touch);
    this.taken++;
    return true;
  }
}

/** Of one session. */
function isOneEvent(a: Moment, b: Moment): boolean {
  if (a.at === b.at) return true;
  const apart = a.at > b.at ? a.at - b.at : b.at - a.at;
  return a.direction === b.direction && apart < CLUSTER_NS;
}
