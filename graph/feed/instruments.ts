/** Which contract an instrument's records go under, as a live session's mapping records say. */
import type { DbnRecord } from '../dbn/records';

export interface Instrument {
  id: number;
  /** Its raw symbol. */
  symbol: string;
  /** What its records are packed and partitioned by. */
  contract: string;
}

const OPTIONS = /\.OPT$/;

export class Instruments {
  private readonly known = new Map<number, Instrument>();

  /** Takes in a mapping; tells what the instrument was before, where it was another. */
  learn({
    instrumentId: id,
    stypeInSymbol,
    stypeOutSymbol: symbol,
  }: DbnRecord<'symbol-mapping'>): Instrument | undefined {
    const before = this.known.get(id);
    // A chain has thousands of options; their order among each other counts.
    const contract = OPTIONS.test(stypeInSymbol) ? stypeInSymbol : symbol;
    if (before?.symbol === symbol && before.contract === contract) return undefined;
    this.known.set(id, { id, symbol, contract });
    return before;
  }

  of(id: number): Instrument | undefined {
    return this.known.get(id);
  }
}
