/** Faults on demand, as networks and namespaces have them. Everything is off until asked for. */

/** What the next deliveries meet; each number counts down to zero. */
export class Faults {
  private refused = 0;
  private doubled = 0;
  private swapped = 0;
  private unanswered = 0;
  private stalledUntil = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly cut: (hub?: string) => number) {}

  /** Refuses the next batches with `server-busy`. */
  refuseSends(count: number): void {
    this.refused = count;
  }

  /** Keeps the next batches, and cuts the connection before the producer is answered: it cannot know that they arrived. */
  loseAnswers(count: number): void {
    this.unanswered = count;
  }

  /** Delivers each of the next events twice. */
  duplicateDeliveries(count: number): void {
    this.doubled = count;
  }

  /** Delivers each of the next events after the one that follows it, as soon as there are two. */
  reorderDeliveries(count: number): void {
    this.swapped = count;
  }

  /** Cuts every connection with a link to a hub, or to any; tells how many. */
  cutConnections(hub?: string): number {
    return this.cut(hub);
  }

  /** Answers nothing and delivers nothing for a while. */
  stall(ms: number): void {
    this.stalledUntil = Date.now() + ms;
    setTimeout(() => this.resume(), ms).unref();
  }

  /** Ends a stall. */
  resume(): void {
    this.stalledUntil = 0;
    for (const go of this.waiting) go();
    this.waiting.clear();
  }

  get stalled(): boolean {
    return Date.now() < this.stalledUntil;
  }

  /** Runs something now, or when the stall is over. */
  afterStall(go: () => void): void {
    if (this.stalled) this.waiting.add(go);
    else go();
  }

  takeRefusal(): boolean {
    return this.refused > 0 && this.refused-- > 0;
  }

  takeLostAnswer(): boolean {
    return this.unanswered > 0 && this.unanswered-- > 0;
  }

  takeDuplicate(): boolean {
    return this.doubled > 0 && this.doubled-- > 0;
  }

  takeSwap(): boolean {
    return this.swapped > 0 && this.swapped-- > 0;
  }
}
