/** What a row about a session is made of. */
import type { TimeOrigin } from '../market/time';

/** Something that happened in a session, and what its times and prices are counted from. */
export interface SessionRow<Event> {
  readonly event: Event;
  /** Times of the event are ns since it. */
  readonly origin: TimeOrigin;
  /** Prices of the event are ticks of this size, 1e-9 of a point. */
  readonly tickNanos: number;
}
