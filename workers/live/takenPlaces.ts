/** Where the events lie that a session has taken, until they are kept: its state has their numbers alone. */
import type { CheckpointedSession, CheckpointPlace } from './checkpoints';
import type { PlacedEvent } from './placed';

/** Of places nearer to each other than so many events the later is remembered: that tells enough of a lag. */
const NEAR = 32;

export class TakenPlaces {
  /** Rising. */
  private readonly places: CheckpointPlace[] = [];

  /** @param session is told; none where nobody wants to know */
  constructor(private readonly session: CheckpointedSession | undefined) {}

  /** An event has been taken. */
  note({ sequence, offset }: PlacedEvent): void {
    if (!this.session || offset === undefined) return;
    const { places } = this;
    const [before, last] = places.slice(-2);
    if (last && last.sequence - before.sequence < NEAR) places.pop();
    places.push({ sequence, offset });
  }

  /** Everything up to an event is kept. */
  keptUpTo(sequence: number): void {
    const count = this.places.findLastIndex((place) => place.sequence <= sequence) + 1;
    const place = this.places.splice(0, count).at(-1);
    if (place) this.session?.kept(place);
  }

  async end(): Promise<void> {
    await this.session?.end();
  }
}
