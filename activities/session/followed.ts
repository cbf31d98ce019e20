/** A session that is followed, as its workflow asks for it and is told of it. Plain JSON: it crosses Temporal. */
import type { StreamedRows } from './streamedRows';

export interface FollowRequest {
  contract: string;
  /** ET, `YYYY-MM-DD`. */
  tradeDate: string;
  /** End the session when all that is in the hub has been taken. */
  once: boolean;
  /** Take the place of what a build has published. */
  again: boolean;
  /** Seconds between parts that are written. */
  every: number;
}

/** What became of the feed's packets. */
export interface FeedTold {
  packets: number;
  records: number;
  /** Packets that came twice, records that another run of the feed sent again, packets that never came. */
  duplicates: number;
  repeated: number;
  missing: number;
}

/** One touch or approach that was answered. */
export interface ToldResult {
  id: string;
  /** What came to which level and how, such as `touch PM_HIGH DOWN 5055.25`. */
  what: string;
  /** ns UTC. */
  at: string;
  /** Percent of BREAK, REJECT and CHOP, and who says so; or why nobody does. */
  says: string;
}

/** How far a session has been followed. */
export interface SessionPosition {
  /** Worker process that follows it, and which attempt of it this is. */
  worker: string;
  attempt: number;
  /** `opening`: it looks up where the session was left. */
  phase: 'opening' | 'catching up' | 'following';
  /** Of what is published in the session, however often it is taken up: the property `stream` of events; null before it is known. */
  stream: string | null;
  /** Partition of the hub; sequence number of the last event taken there, -1 before the first; events that wait behind it. */
  partition: string | null;
  position: number;
  behind: number;
  /** How long the latest packet took from the feed to here, ms; null before the first. */
  lagMs: number | null;
  /** Capture time of the latest record, ns UTC; null before the first. */
  market: string | null;
  feed: FeedTold;
  /** Events of the hub that are no packets. */
  poisoned: number;
  /** Touches and approaches answered, by whichever worker; the latest of them, newest last. */
  results: number;
  latest: ToldResult[];
  /** Whether a build has taken the date over: no more rows are written. */
  takenOver: boolean;
  /** Why rows wait to be written, which goes on until they are: a disk that is full. Null while none do. */
  unwritten: string | null;
  /** When this was so, ISO UTC. */
  at: string;
}

/** What a follower itself knows of it. */
export type FollowedPosition = Omit<SessionPosition, 'worker' | 'attempt' | 'at'>;

/** How far a session is before a worker has looked for it. */
export const NOWHERE_YET: FollowedPosition = {
  phase: 'opening',
  stream: null,
  partition: null,
  position: -1,
  behind: 0,
  lagMs: null,
  market: null,
  feed: { packets: 0, records: 0, duplicates: 0, repeated: 0, missing: 0 },
  poisoned: 0,
  results: 0,
  latest: [],
  takenOver: false,
  unwritten: null,
};

/** How following ended: with the session, or so that another worker goes on. */
export interface FollowEnd {
  ended: 'over' | 'suspended';
  position: SessionPosition;
  /** Of a session that is over. */
  streamed?: StreamedRows;
}
