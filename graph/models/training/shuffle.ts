/**
 * Outcomes that are not theirs: sessions swap what became of their episodes, so that nothing can be learned, while the outcomes of a
 * session stay as alike as they are. What a training finds on them it would find on any data.
 */
import type { Random } from '../../random/random';
import type { Examples } from './example';

/** Outcomes of all sessions in another order of the sessions, dealt out to the examples in theirs. */
export function shuffledLabels({ count, sessions, session, label }: Examples, random: Random): Uint8Array {
  const order = sessions.map((_, k) => k);
  for (let k = order.length - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  const bySession = sessions.map((): number[] => []);
  for (let i = 0; i < count; i++) bySession[session[i]].push(label[i]);
  return Uint8Array.from(order.flatMap((k) => bySession[k]));
}
