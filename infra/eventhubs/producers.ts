/**
 * Idempotent producers of one partition: each has an id, numbers its events without a gap, and after a lost answer sends again what
 * it cannot know arrived. Source: idempotent publishing of Azure Event Hubs, `com.microsoft:idempotent-producer`.
 */
import { AmqpRefusal } from './amqpError';
import type { ProducerStamp } from './eventBatch';

export class Producers {
  private readonly last = new Map<number, { epoch: number; sequence: number }>();
  private nextId = 1;

  /** Remembers an event that is in the log. */
  accepted({ id, epoch, sequence }: ProducerStamp): void {
    this.last.set(id, { epoch, sequence });
    this.nextId = Math.max(this.nextId, id + 1);
  }

  /**
   * What a producer is told when it attaches: its id, its epoch, and the number after which it goes on. Of one that knows of fewer
   * events than arrived, what it sends again is noticed.
   */
  attach(asked: Partial<ProducerStamp>): ProducerStamp {
    const id = asked.id ?? this.nextId++;
    const known = this.last.get(id);
    const epoch = asked.epoch ?? known?.epoch ?? 0;
    if (known && epoch < known.epoch) throw overtaken(epoch, known.epoch);
    const sequence = asked.sequence ?? known?.sequence ?? 0;
    if (!known || epoch > known.epoch) this.accepted({ id, epoch, sequence });
    return { id, epoch, sequence };
  }

  /**
   * @param stamps of the events of a batch
   * @returns how many of them, from the first, are in the log already
   * @throws AmqpRefusal when events before them are missing, or a later producer has taken over
   */
  admit(stamps: readonly (ProducerStamp | undefined)[]): number {
    const first = stamps[0];
    const known = first && this.last.get(first.id);
    if (!known) return 0;
    if (first.epoch < known.epoch) throw overtaken(first.epoch, known.epoch);
    if (first.epoch > known.epoch) return 0;
    if (first.sequence > known.sequence + 1)
      throw new AmqpRefusal(
        'com.microsoft:out-of-order-sequence',
        `Events from ${known.sequence + 1} to ${first.sequence - 1} of producer ${first.id} are missing.`,
      );
    return Math.min(stamps.length, known.sequence + 1 - first.sequence);
  }
}

const overtaken = (epoch: number, current: number): AmqpRefusal =>
  new AmqpRefusal(
    'com.microsoft:producer-epoch-stolen',
    `A producer of epoch ${current} has taken over from epoch ${epoch}.`,
  );
