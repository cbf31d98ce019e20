/** What a screen is told of a session before anything else, and of what was known by a time. */
import { STREAM_PROTOCOL, type MessageOf, type SessionMessage } from '../../../graph/screen/messages';
import { joinBars } from '../../../graph/screen/sessionMessages';
import type { LogEntry } from '../../../graph/screen/tape';
import type { SessionFrame } from '../../../graph/session/inputs';

export function helloOf(frame: SessionFrame, mode: 'live' | 'replay'): MessageOf<'hello'> {
  const { contract, tradeDate, product, origin, clock, settings } = frame;
  const { windowStart, globexOpen, premarketStart, rthOpen, rthClose, windowEnd } = clock;
  const { approachTicks, touchTicks, rearmTicks, barrierTicks, horizonMinutes, primaryHorizonMinutes } =
    settings.episodes;
  return {
    kind: 'hello',
    protocol: STREAM_PROTOCOL,
    mode,
    contract,
    tradeDate,
    product: { root: product.root, tickNanos: product.tickNanos },
    origin: String(origin.ns),
    hours: { windowStart, globexOpen, premarketStart, rthOpen, rthClose, windowEnd },
    bands: {
      approachTicks,
      touchTicks,
      rearmTicks,
      barrierTicks,
      horizonMinutes: [...horizonMinutes],
      primaryHorizonMinutes,
    },
    barSeconds: settings.bars.seconds,
  };
}

/** Entries as few messages: all bars in one, of the levels those told last. */
export function summaryOf(entries: readonly LogEntry[]): SessionMessage[] {
  const bars = entries.flatMap(({ message }) => (message.kind === 'bars' ? message : []));
  const levels = entries.findLast(({ message }) => message.kind === 'levels');
  const others = entries.flatMap(({ message }) =>
    message.kind === 'bars' || message.kind === 'levels' ? [] : message,
  );
  return [...(bars.length > 0 ? [joinBars(bars)] : []), ...(levels ? [levels.message] : []), ...others];
}
