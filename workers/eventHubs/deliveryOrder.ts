/**
 * Events of one partition in the order of their sequence numbers, however they are delivered. One that comes before those it follows waits
 * for them; one that has been handed on already is left out.
 */
export interface Numbered {
  /** Of an event in its partition: one more than that of the event before it, unless some have been removed. */
  readonly sequenceNumber: number;
}

export class DeliveryOrder<Event extends Numbered> {
  private readonly ahead = new Map<number, Event>();
  private misplacedSoFar = 0;

  /** @param last sequence number of the last event that is not wanted any more; undefined where the first that comes begins */
  constructor(private lastTaken: number | undefined) {}

  /** Sequence number of the last event handed on; -1 before the first. */
  get last(): number {
    return this.lastTaken ?? -1;
  }

  /** How many wait for one before them that has not come. */
  get waiting(): number {
    return this.ahead.size;
  }

  /** Deliveries so far that came before their time, or again. */
  get misplaced(): number {
    return this.misplacedSoFar;
  }

  /** @returns what comes next, in its order, as far as it is there */
  take(delivered: readonly Event[]): Event[] {
    const next: Event[] = [];
    for (const event of delivered) {
      const { sequenceNumber } = event;
      this.lastTaken ??= sequenceNumber - 1;
      if (sequenceNumber === this.lastTaken + 1) this.pass(event, next);
      else {
        this.misplacedSoFar++;
        if (sequenceNumber > this.lastTaken) this.ahead.set(sequenceNumber, event);
      }
    }
    return next;
  }

  /** What was waited for is not there any more. @returns what waited for it */
  giveUp(): Event[] {
    const next: Event[] = [];
    if (this.ahead.size === 0) return next;
    this.lastTaken = Math.min(...this.ahead.keys()) - 1;
    this.passAhead(next);
    return next;
  }

  private pass(event: Event, next: Event[]): void {
    next.push(event);
    this.lastTaken = event.sequenceNumber;
    if (this.ahead.size > 0) this.passAhead(next);
  }

  private passAhead(next: Event[]): void {
    for (let event; (event = this.ahead.get(this.last + 1));) {
      this.ahead.delete(event.sequenceNumber);
      next.push(event);
      this.lastTaken = event.sequenceNumber;
    }
  }
}
