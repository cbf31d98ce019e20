/**
 * Who reads a partition for a consumer group. A reader with an owner level (epoch) has the partition to itself: it disconnects those of
 * lower or equal level and those of none, and none of a lower level is let in beside it. Source: "EventProcessor and owner levels",
 * Azure documentation; `amqp:link:stolen` on the wire.
 */
import { AmqpRefusal, stolen } from './amqpError';

/** Readers of a partition without owner level, in one group. */
export const MOST_READERS = 5;

export interface Reader {
  ownerLevel?: number;
  /** Ends it with the reason. */
  disconnect(refusal: AmqpRefusal): void;
}

export class Owners {
  private readonly readers = new Map<string, Set<Reader>>();

  /**
   * Lets a reader in.
   * @param place group and partition, in one string
   * @throws AmqpRefusal when another has it at a higher level, or too many read it already
   * @returns lets it go
   */
  enter(place: string, reader: Reader): () => void {
    const present = this.readers.get(place) ?? new Set();
    this.readers.set(place, present);
    const { ownerLevel } = reader;
    for (const { ownerLevel: held = -1 } of present)
      if (held > (ownerLevel ?? -1))
        throw stolen(
          `At least one receiver for the endpoint is created with epoch of '${held}', and so receivers with lower epoch are not allowed.`,
        );
    if (ownerLevel !== undefined)
      for (const other of present) {
        present.delete(other);
        other.disconnect(
          stolen(
            `New receiver with higher epoch of '${ownerLevel}' is created, hence current receiver is being disconnected.`,
          ),
        );
      }
    if (present.size >= MOST_READERS)
      throw new AmqpRefusal(
        'amqp:resource-limit-exceeded',
        `Exceeded the maximum number of allowed receivers per partition in a consumer group, which is ${MOST_READERS}.`,
      );
    present.add(reader);
    return () => present.delete(reader);
  }
}
