/**
 * Which lane an instrument's records go in, as a live session's mapping records say: order messages by contract, and all that is told of a
 * product's futures and options beside them - definitions, statistics, trades of options - together, for their order among each other counts.
 */
import type { DbnRecord } from '../dbn/records';
import type { Products } from '../products/catalog';
import { futureSymbol, optionSymbol } from '../products/symbols';

export interface Instrument {
  id: number;
  /** Its raw symbol. */
  symbol: string;
  /** What its order messages are packed and partitioned by. */
  contract: string;
  /** The same of its other records. */
  chain: string;
}

/** What the records about a product's options are packed and partitioned by. */
export const chainOf = ({ root }: { root: string }): string => `${root}.OPT`;

const PARENT = /^([A-Z0-9]+)\.(FUT|OPT)$/;

export class Instruments {
  private readonly known = new Map<number, Instrument>();

  /** @param products tell the product of options, which have roots of their own */
  constructor(private readonly products: Pick<Products, 'ownerOf'>) {}

  /** Takes in a mapping; tells what the instrument was before, where it was another. */
  learn({
    instrumentId: id,
    stypeInSymbol,
    stypeOutSymbol: symbol,
  }: DbnRecord<'symbol-mapping'>): Instrument | undefined {
    const before = this.known.get(id);
    const [, parent, kind] = PARENT.exec(stypeInSymbol) ?? [];
    const root = parent ?? (futureSymbol(symbol) ?? optionSymbol(symbol))?.root;
    const chain = root === undefined ? symbol : chainOf(this.products.ownerOf(root) ?? { root });
    const contract = kind === 'OPT' || optionSymbol(symbol) ? chain : symbol;
    if (before?.symbol === symbol && before.contract === contract) return undefined;
    this.known.set(id, { id, symbol, contract, chain });
    return before;
  }

  /** All that records may go under. */
  contracts(): Iterable<string> {
    return [...this.known.values()].map(({ contract }) => contract);
  }

  of(id: number): Instrument | undefined {
    return this.known.get(id);
  }
}
