/** What following a contract-date is asked with, and what it tells. */
import type { Registry } from 'prom-client';
import type { LineageSettings } from '../../activities/lineage/toldRun';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import type { HubsConnection } from '../eventHubs/clients';
import type { SdkError } from '../eventHubs/sdkError';
import type { Checkpoints } from './checkpoints';
import type { FeedCounts } from './feedTally';
import type { PlacedPacket } from './placed';

export interface FollowOptions {
  readonly lake: Lake;
  readonly features: FeatureSettings;
  readonly connection: HubsConnection;
  /** Told how far partitions have been taken; the process's own. */
  readonly checkpoints?: Checkpoints;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** Time between parts, ms. */
  readonly partMs: number;
  /** End the session when all that is in the hub has been taken, as after a replay. */
  readonly once: boolean;
  /** Begin anew, whatever a worker before this one has left, or a build has published. */
  readonly again: boolean;
  /** Take the place of what a build has published, and go on with what a worker before this one has left. */
  readonly overBuilt?: boolean;
  readonly run: { readonly workflowId: string; readonly runId: string };
  readonly signal: AbortSignal;
  readonly tell: FollowListener;
  /** Where Prometheus finds what comes of it. */
  readonly registry?: Registry;
  /** How it is told of as lineage; not at all, without. */
  readonly lineage?: LineageSettings;
}

/** Where in the hub a worker is. */
export interface FeedPlace {
  /** Sequence number of the contract's last event that was taken; -1 before the first. */
  readonly position: number;
  /** Events that wait behind it. */
  readonly behind: number;
  /** How long ago the last of them that was taken had been put into the hub, ms; null before the first. */
  readonly lagMs: number | null;
  /** The last packet that came. */
  readonly latest: PlacedPacket | undefined;
}

export interface FollowListener {
  /** @param at whose `stream` names what is published in the session, by whichever worker */
  begun(at: { resumed: boolean; stream: string; partition: string; answered: number }): void;
  progress(counts: Readonly<FeedCounts>, caughtUp: boolean, place: FeedPlace): void;
  result(result: InferenceResult): void;
  /** An event that is no packet: it is in the dead letters. */
  poisoned(sequence: number, reason: string): void;
  /** The options lag so far behind that they are not waited for, or no more. */
  apart?(isApart: boolean): void;
  takenOver(): void;
  /** A part has been written and its state kept. */
  kept?(seconds: number): void;
  /** The hub cannot be read; it is asked again until it can. */
  unread?(error: SdkError): void;
  /** The lake's disk is full: what could not be written is tried again. */
  unwritten?(error: Error): void;
}

/** How it ended: with the session, or so that another worker goes on; `over`: it had ended before. */
export type Followed = 'ended' | 'suspended' | 'over';
