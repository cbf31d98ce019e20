/** What a feed asks a gateway for, and what it tells of the connection on the terminal. */
import { chainOf } from '../../../graph/feed/instruments';
import type { Product } from '../../../graph/products/profile';
import { futureSymbol } from '../../../graph/products/symbols';
import type { LiveEvent, Subscription } from '../../databento';
import type { Log } from '../../observing/log';

/**
 * All futures of a product, and its options if wanted.
 * @param start ns UTC, of the last 24 hours: a replay from then on, in place of a snapshot
 */
export function subscriptionsOf(
  product: Product,
  options: boolean,
  start: bigint | undefined,
): Subscription[] {
  const futures = { stypeIn: 'parent', symbols: [`${product.root}.FUT`] } as const;
  const chains = { stypeIn: 'parent', symbols: product.optionRoots.map((root) => `${root}.OPT`) } as const;
  const all = { stypeIn: 'parent', symbols: [...futures.symbols, ...chains.symbols] } as const;
  return [
    { schema: 'mbo', ...futures, ...(start === undefined ? { snapshot: true } : { start }) },
    ...(options
      ? ([
          // Those of the day were sent before it began. The tables of options have the futures' too.
          { schema: 'definition', ...all, start: start ?? 0n },
          { schema: 'statistics', ...all, start: start ?? 0n },
          { schema: 'trades', ...chains, ...(start !== undefined && { start }) },
        ] as const)
      : []),
  ];
}

/** Whether records that go under a contract are of what a feed of the product asks for. */
export const isSentBy = (product: Product, contract: string): boolean => {
  const [leg] = contract.split(/[-:]/);
  return [leg, futureSymbol(leg)?.root].includes(product.root) || contract === chainOf(product);
};

const UNRESOLVED = /^Failed to resolve symbol:? *(.*)/;

/**
 * Tells what happens to the connection. Symbols that the gateway does not know are told together, each once: they are asked for in several
 * schemas, and again with each connection, and come one by one, in between what is known.
 */
export function connectionTeller(log: Log): (event: LiveEvent) => void {
  const unresolved = new Set<string>();
  let fresh: string[] = [];
  const tellUnresolved = () => {
    const symbols = fresh;
    fresh = [];
    if (symbols.length > 0)
      log.warn({ symbols }, `The gateway has nothing under ${symbols.join(', ')}: it does not come.`);
  };
  return (event) => {
    if (event.kind === 'mapping') return;
    const symbol = event.kind === 'error' ? UNRESOLVED.exec(event.record.err)?.[1] : undefined;
    if (symbol !== undefined) {
      if (!unresolved.has(symbol)) fresh.push(symbol);
      unresolved.add(symbol);
      return;
    }
    // At the latest with the next heartbeat.
    tellUnresolved();
    if (event.kind === 'connected')
      log.info({ session: event.sessionId }, `Connected, session ${event.sessionId}.`);
    if (event.kind === 'disconnected')
      log.warn(
        { reason: event.reason, retryInMs: Math.round(event.retryInMs) },
        `Disconnected: ${event.reason}; again in ${Math.round(event.retryInMs)} ms.`,
      );
    if (event.kind === 'error') log.warn(`The gateway says: ${event.record.err}`);
    if (event.kind === 'gap') {
      const { reason, from, to } = event.gap;
      log.warn({ reason, from: String(from), to: String(to) }, `Records are missing (${reason}).`);
    }
  };
}
