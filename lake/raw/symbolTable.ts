/**
 * Which contract an instrument id stands for, by what all raw files together tell: mappings of their metadata, symbol mappings,
 * definitions. The venue gives the ids of expired instruments to new ones, so nothing is concluded beyond the time a file names.
 */
import { dayNumber, type IsoDate } from '../../graph/market/days';
import { NS_PER_DAY, utcMidnight } from '../../graph/market/easternTime';
import type { SymbolInterval } from '../../graph/dbn/symbology';

/** What a file tells: `Coverage.names` of its entry. */
interface Telling {
  readonly dataset: string;
  readonly coverage: { readonly names: readonly SymbolInterval[] };
}

/** Not a continuous (`ES.v.0`) or parent (`ES.FUT`) symbol, which stand for other instruments on other days. */
export const isRawSymbol = (symbol: string) => !/\.([cvn]\.\d+|FUT|OPT)$/.test(symbol);

export class SymbolTable {
  /** By dataset and id, in order of their beginnings. */
  private readonly known = new Map<string, SymbolInterval[]>();
  private readonly own = new Map<Telling, Map<number, SymbolInterval[]>>();

  constructor(files: readonly Telling[]) {
    const seen = new Set<string>();
    for (const file of files)
      for (const name of file.coverage.names) {
        const { instrumentId, symbol, from, to } = name;
        add(this.ownOf(file), instrumentId, name);
        const text = `${file.dataset}/${instrumentId} ${symbol} ${from} ${to}`;
        // Files of successive days tell the same.
        if (seen.has(text)) continue;
        seen.add(text);
        add(this.known, `${file.dataset}/${instrumentId}`, name);
      }
    for (const names of this.known.values()) names.sort(byBeginning);
  }

  /**
   * Raw symbol of an id in a file on a trade date: what the file itself tells, or any other file of its dataset.
   * @param firstTs capture time of the id's first record on that date, ns UTC
   * @returns null where no file names it for any time from then to the end of that day
   */
  symbolOf(file: Telling, instrumentId: number, tradeDate: IsoDate, firstTs: bigint): string | null {
    const end = utcMidnight(dayNumber(tradeDate)) + NS_PER_DAY;
    const holds = ({ from, to }: SymbolInterval) => from < end && firstTs < to;
    const own = this.own.get(file)?.get(instrumentId)?.findLast(holds);
    return (own ?? this.namesOf(file.dataset, instrumentId).findLast(holds))?.symbol ?? null;
  }

  /** Everything files of a dataset tell about an id, in order of time. */
  namesOf(dataset: string, instrumentId: number): readonly SymbolInterval[] {
    return this.known.get(`${dataset}/${instrumentId}`) ?? [];
  }

  private ownOf(file: Telling): Map<number, SymbolInterval[]> {
    const own = this.own.get(file) ?? new Map<number, SymbolInterval[]>();
    this.own.set(file, own);
    return own;
  }
}

function add<Key>(into: Map<Key, SymbolInterval[]>, key: Key, name: SymbolInterval): void {
  const names = into.get(key);
  if (names) names.push(name);
  else into.set(key, [name]);
}

/** A total order: the answer must not depend on the order of import. */
const byBeginning = (a: SymbolInterval, b: SymbolInterval) =>
  compare(a.from, b.from) || compare(a.to, b.to) || compare(a.symbol, b.symbol);

const compare = <Value extends bigint | string>(a: Value, b: Value) => (a < b ? -1 : a > b ? 1 : 0);
