/**
 * What a lake tells of its work, on channels of `node:diagnostics_channel`: whoever subscribes is told, and where nobody does it costs
 * nothing. They are of a thread; what happens in those of a pool is told in the thread that has the pool.
 */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RunEvent } from '../graph/lineage/runEvent';

/** Rows that a commit made part of a table. */
export interface Committed {
  /** `layer.table`. */
  readonly table: string;
  readonly rows: number;
  /** Of its data files, on disk. */
  readonly bytes: number;
}

/** A query in SQL that was run to its end. */
export interface Queried {
  readonly seconds: number;
}

/** What a build does, in the terms of OpenLineage; or which of that could not be found out, and why. */
export type LineageTold = { readonly event: RunEvent } | { readonly lost: string };

export interface LakeEvents {
  committed: Committed;
  queried: Queried;
  lineage: LineageTold;
}
export type LakeEvent = {
  [Kind in keyof LakeEvents]: { kind: Kind; event: LakeEvents[Kind] };
}[keyof LakeEvents];

const CHANNELS = {
  committed: channel('spymaster:lake:committed'),
  queried: channel('spymaster:lake:queried'),
  lineage: channel('spymaster:lake:lineage'),
};

export function tell<Kind extends keyof LakeEvents>(kind: Kind, event: LakeEvents[Kind]): void {
  CHANNELS[kind].publish(event);
}

/** Is given all that is told in this thread from now on; returns what ends that. */
export function listen(listener: (told: LakeEvent) => void): () => void {
  const listeners = (Object.keys(CHANNELS) as (keyof LakeEvents)[]).map((kind) => {
    const { name } = CHANNELS[kind];
    const told = (event: unknown) => listener({ kind, event } as LakeEvent);
    subscribe(name, told);
    return () => unsubscribe(name, told);
  });
  return () => listeners.forEach((end) => end());
}

/** Runs a query and tells how long it took. */
export async function timed<T>(query: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await query();
  tell('queried', { seconds: (performance.now() - started) / 1000 });
  return result;
}
