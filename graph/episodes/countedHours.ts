/** The hours in which touches make episodes, and the ends of those hours, by which outcomes end too. */
import { SessionCode, type SessionClock } from '../market/calendar';
import type { EpisodeSettings } from '../settings';

/** When the hours that count end for good on a trade date: ns UTC, or since the origin, as the closes are given. */
export const countedClose = <Time>(
  { rthClose, globexClose }: Readonly<Record<'rthClose' | 'globexClose', Time>>,
  window: EpisodeSettings['sessionWindow'],
): Time => (window === 'rth' ? rthClose : globexClose);

export class CountedHours {
  constructor(
    private readonly clock: SessionClock,
    private readonly window: EpisodeSettings['sessionWindow'],
  ) {}

  /** Whether a touch at `t` (ns since the origin) counts. */
  include(t: number): boolean {
    const session = this.clock.codeAt(t);
    return this.window === 'rth' ? session === SessionCode.Rth : session !== SessionCode.Halt;
  }

  /** When outcomes end that are measured at `t`. */
  closeAt(t: number): number {
    return this.window === 'rth' ? this.clock.rthClose : this.clock.closeAfter(t);
  }
}
