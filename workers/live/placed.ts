/** What lies in a partition of the hub: packets of the feed, and what is none. */
import type { Context } from '@opentelemetry/api';
import type { Packet } from '../../graph/feed/packet';

interface Placed {
  readonly partition: string;
  /** Rises from event to event of the partition. */
  readonly sequence: number;
  /** The same, as the service tells where in the partition's log it lies. */
  readonly offset?: string;
  /** When it came in, ns UTC. */
  readonly received: bigint;
  /** The trace it came with. */
  readonly origin?: Context;
}

export interface PlacedPacket extends Placed {
  readonly packet: Packet;
}

/** An event that is no packet, or not whole. */
export interface Poison extends Placed {
  readonly body: Uint8Array;
  /** What is wrong with it, in words. */
  readonly fault: string;
}

export type PlacedEvent = PlacedPacket | Poison;

export const isPoison = (event: PlacedEvent): event is Poison => 'fault' in event;
