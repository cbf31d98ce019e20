import type { Approach } from './approaches';

/** What decisions of the order flow depend on besides the book. */
export interface Conditions {
  /** Latent price, ticks. */
  readonly latent: number;
  /** How far it may go beyond a best price before that is removed, ticks. */
  readonly slack: number;
  /** Decisions a second. */
  readonly pace: number;
  readonly approach: Approach | null;
}
