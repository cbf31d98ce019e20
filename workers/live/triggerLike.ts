/** A trigger made of an earlier touch, as if it happened again in a session: what answers can be tried with before anything happens. */
import { SessionCode } from '../../graph/market/calendar';
import type { PastEpisode } from '../../graph/precedents/episodes';
import type { SessionFrame } from '../../graph/session/inputs';
import { CHANNELS } from '../../graph/vectors/sequence';
import { SPAN } from '../../graph/vectors/touchView';
import type { VectorEvent } from '../../graph/vectors/vectorBuilder';

/** Ticks; only distances from it count. */
const LEVEL_PRICE = 20_000;

/** Its vector, level and part of the day are those of the touch; where price was, and the bars before it, are the same of all. */
export function triggerLike(
  { id, levelId, levelKind, direction, timeOfDay, raw, masked }: PastEpisode,
  { clock, settings }: Pick<SessionFrame, 'clock' | 'settings'>,
): VectorEvent {
  const touchAt = clock.rthOpen;
  const minutesSinceOpen = 30;
  return {
    kind: 'vector',
    vector: {
      episode: {
        id,
        approachId: null,
        levelId,
        kind: levelKind,
        levelPrice: LEVEL_PRICE,
        levelKnownFrom: 0,
        direction,
        attempt: 1,
        touchesBefore: 0,
        approachStart: touchAt,
        approachStartPrice: LEVEL_PRICE,
        approachStartDistance: 0,
        approachTrades: 1,
        touchAt,
        touchRecv: touchAt,
        touchPrice: LEVEL_PRICE,
        session: SessionCode.Rth,
        timeOfDay,
        minutesSinceOpen,
      },
      raw: Float64Array.from(raw),
      masked,
      sequence: new Float32Array(((SPAN * 60) / settings.bars.seconds) * CHANNELS.length),
    },
  };
}
