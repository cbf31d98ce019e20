/** Prices of one's own that the session does not know yet: drawn, and measured, from the moment on at which they are chosen. */
import { pointsText } from '../../../graph/market/points';
import type { MessageOf } from '../../../graph/screen/messages';

type Level = MessageOf<'levels'>['levels'][number];

/** The levels of a session, and after them the prices that are none of them. @param prices points */
export function withOwn(
  told: readonly Level[],
  prices: readonly number[],
  hello: MessageOf<'hello'> | undefined,
): readonly Level[] {
  if (!hello || hello.mode !== 'live') return told;
  const known = new Set(told.map(({ id }) => id));
  const { tickNanos } = hello.product;
  const own = prices.map((price): Level => {
    const ticks = Math.round((price * 1e9) / tickNanos);
    const since = hello.hours.windowStart;
    return { id: `USER@${pointsText(ticks, tickNanos)}`, kind: 'USER', price: ticks, since, watched: true };
  });
  return [...told, ...own.filter(({ id }) => !known.has(id))];
}
