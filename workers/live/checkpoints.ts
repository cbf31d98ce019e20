/**
 * How far partitions have been taken, told in blobs of the form in which Azure's own event processors tell it: what scales or watches by the
 * lag of a consumer group reads them. Nothing goes on from there: where a session goes on is in its state, which is written with its rows.
 */
import type { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';

/** A place in a partition. */
export interface CheckpointPlace {
  readonly sequence: number;
  readonly offset: string;
}

export interface CheckpointedPartition {
  /** Host of the namespace. */
  readonly namespace: string;
  readonly hub: string;
  readonly group: string;
  readonly partition: string;
}

export interface CheckpointedSession {
  /** Everything up to there has been taken, and need not be again. */
  kept(place: CheckpointPlace): void;
  /** Resolves when what is known is written, or could not be. */
  settled(): Promise<void>;
  /** It is not waited for any more. */
  end(): Promise<void>;
}

interface Told {
  /** How far each session of the partition has come. */
  readonly sessions: Map<object, CheckpointPlace | undefined>;
  written: number;
  writing: Promise<void> | undefined;
}

export class Checkpoints {
  private readonly partitions = new Map<string, Told>();

  /** @param onFault told of what keeps one from being written; it is written with the next */
  constructor(
    private readonly store: Pick<BlobCheckpointStore, 'updateCheckpoint'>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** A session of a partition, which counts from now on. @returns by which it tells how far it has come, and that it has ended */
  follow(of: () => CheckpointedPartition): CheckpointedSession {
    const session = {};
    const told = this.toldOf(of());
    told.sessions.set(session, undefined);
    const settled = async () => {
      while (told.writing) await told.writing;
    };
    return {
      kept: (place) => {
        told.sessions.set(session, place);
        this.write(of(), told);
      },
      settled,
      end: async () => {
        await settled();
        told.sessions.delete(session);
      },
    };
  }

  private toldOf({ namespace, hub, partition }: CheckpointedPartition): Told {
    const name = `${namespace}/${hub}/${partition}`;
    const told = this.partitions.get(name) ?? { sessions: new Map(), written: -1, writing: undefined };
    this.partitions.set(name, told);
    return told;
  }

  /** As far as all sessions of the partition have come. */
  private write(of: CheckpointedPartition, told: Told): void {
    const least = leastOf([...told.sessions.values()]);
    if (told.writing || !least || least.sequence <= told.written) return;
    const checkpoint = {
      fullyQualifiedNamespace: of.namespace,
      eventHubName: of.hub,
      consumerGroup: of.group,
      partitionId: of.partition,
      sequenceNumber: least.sequence,
      offset: least.offset,
    };
    told.writing = this.store.updateCheckpoint(checkpoint).then(
      () => {
        told.writing = undefined;
        told.written = least.sequence;
        // They may have come further meanwhile.
        this.write(of, told);
      },
      (error: unknown) => {
        told.writing = undefined;
        this.onFault(error);
      },
    );
  }
}

function leastOf(places: readonly (CheckpointPlace | undefined)[]): CheckpointPlace | undefined {
  let least = places[0];
  for (const place of places) {
    if (!place || !least) return undefined;
    if (place.sequence < least.sequence) least = place;
  }
  return least;
}
