/** The symbol of an instrument id on a day: ids are reused by the venue, symbols are not. */
import { dayNumber } from '../market/days';
import { UNDEF_TIMESTAMP } from './constants';
import type { DbnMetadata } from './metadata';
import type { RecordView } from './record';
import { utcDay } from '../market/easternTime';

/** `symbol` from day `from` (inclusive) to day `to` (exclusive), in days since 1970-01-01 UTC. */
interface SymbolInterval {
  symbol: string;
  from: number;
  to: number;
}

/**
 * Resolves instrument ids to symbols, from a file's metadata and from records of the stream:
 * definitions and symbol mappings always name the venue's own (raw) symbol, metadata names what was requested,
 * which is the raw symbol unless the request was for a rule such as `ES.c.0`. What comes later wins.
 */
export class SymbolResolver {
  private readonly intervals = new Map<number, SymbolInterval[]>();

  constructor(metadata?: DbnMetadata) {
    if (metadata) this.learnMetadata(metadata);
  }

  /**
   * @param utcDate UTC day of the record's index time (`tsRecv` where it has one), `YYYY-MM-DD`
   * @returns `null` if nothing is known of the id on that day
   */
  symbolOf(instrumentId: number, utcDate: string): string | null {
    const day = dayNumber(utcDate);
    const found = this.intervals.get(instrumentId)?.findLast(({ from, to }) => from <= day && day < to);
    return found?.symbol ?? null;
  }

  /** Takes in what a request resolved to. */
  learnMetadata({ stypeIn, stypeOut, mappings }: DbnMetadata): void {
    for (const { rawSymbol, intervals } of mappings)
      for (const { startDate, endDate, symbol } of intervals) {
        const [id, name] = stypeOut === 'instrument_id' ? [symbol, rawSymbol] : [rawSymbol, symbol];
        if (stypeOut !== 'instrument_id' && stypeIn !== 'instrument_id') continue;
        if (/^\d+$/.test(id) && name !== '')
          this.add(Number(id), { symbol: name, from: dayNumber(startDate), to: dayNumber(endDate) });
      }
  }

  /** Takes in a definition or a symbol mapping; other records are ignored. */
  learn(view: RecordView): void {
    if (view.type !== 'definition' && view.type !== 'symbol-mapping') return;
    const record = view.decode();
    if (record.type === 'definition')
      this.add(record.instrumentId, { symbol: record.rawSymbol, from: utcDay(record.tsRecv), to: Infinity });
    else if (record.type === 'symbol-mapping')
      this.add(record.instrumentId, {
        symbol: record.stypeOutSymbol,
        from: record.startTs === UNDEF_TIMESTAMP ? 0 : utcDay(record.startTs),
        to: record.endTs === UNDEF_TIMESTAMP ? Infinity : utcDay(record.endTs - 1n) + 1,
      });
  }

  private add(instrumentId: number, interval: SymbolInterval): void {
    const known = this.intervals.get(instrumentId);
    if (!known) this.intervals.set(instrumentId, [interval]);
    // Definitions are published anew every day; repetitions are not kept.
    else if (!covers(known[known.length - 1], interval)) known.push(interval);
  }
}

const covers = (known: SymbolInterval, added: SymbolInterval) =>
  known.symbol === added.symbol && known.from <= added.from && added.to <= known.to;
