/**
 * Which packets of a contract have come. Those of a run are numbered: one that comes again is left out, and those that are skipped are
 * missed.
 */
import type { Packet } from '../../graph/feed/packet';
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';

/** What the number of a packet tells. */
export interface Arrival {
  readonly isNew: boolean;
  /** Packets before it that have not come. */
  readonly missed: number;
  /** Whether another run of the feed begins with it. */
  readonly beginsRun: boolean;
}

export class PacketOrder implements Stateful {
  private run = 0n;
  private next = 0;

  take({ run, number }: Packet): Arrival {
    const beginsRun = run !== this.run;
    if (!beginsRun && number < this.next) return { isNew: false, missed: 0, beginsRun };
    // The first of a run may have come before the session was followed.
    const missed = beginsRun ? 0 : number - this.next;
    this.run = run;
    this.next = number + 1;
    return { isNew: true, missed, beginsRun };
  }

  /** Whether the first so many packets of a run, or any of a later one, have come. */
  hasCome(run: bigint, count: number): boolean {
    return this.run > run || (this.run === run && this.next >= count);
  }

  save(out: StateWriter): void {
    out.section('packet order', 1);
    out.signed(this.run);
    out.unsigned(this.next);
  }

  restore(from: StateReader): void {
    from.section('packet order', 1);
    this.run = from.signed();
    this.next = from.unsigned();
  }
}
