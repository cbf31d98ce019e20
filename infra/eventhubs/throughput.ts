/**
 * What a namespace lets in: a throughput unit is 1 MB or 1000 events a second, whichever comes first, with a second's worth saved up.
 * Source: "Event Hubs throughput units", Azure documentation.
 */
const BYTES_A_SECOND = 1_000_000;
const EVENTS_A_SECOND = 1000;

export class Throughput {
  private bytes: number;
  private events: number;
  private at: number;

  /** @param units no limit without */
  constructor(
    private readonly units: number | undefined,
    private readonly clock: () => number,
  ) {
    this.bytes = (units ?? 0) * BYTES_A_SECOND;
    this.events = (units ?? 0) * EVENTS_A_SECOND;
    this.at = clock();
  }

  /** Whether a batch is let in; a single one larger than a second's worth is, when nothing was before it. */
  admits(bytes: number, events: number): boolean {
    if (this.units === undefined) return true;
    const now = this.clock();
    const share = ((now - this.at) / 1000) * this.units;
    this.at = now;
    this.bytes = Math.min(this.bytes + share * BYTES_A_SECOND, this.units * BYTES_A_SECOND);
    this.events = Math.min(this.events + share * EVENTS_A_SECOND, this.units * EVENTS_A_SECOND);
    if (this.bytes <= 0 || this.events <= 0) return false;
    this.bytes -= bytes;
    this.events -= events;
    return true;
  }
}
