/** The symbol of an instrument id on a day: ids are reused by the venue, symbols are not. */
import { dayNumber } from '../market/days';
import { UNDEF_TIMESTAMP } from './constants';
import type { DbnMetadata } from './metadata';
import type { RecordView } from './record';
import type { DbnRecord } from './records';
import { NS_PER_DAY, utcDay, utcMidnight } from '../market/easternTime';

/** `instrumentId` means `symbol` from `from` (inclusive) to `to` (exclusive), ns UTC. */
export interface SymbolInterval {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Resolves instrument ids to symbols, from a file's metadata and from records of the stream:
 * definitions and symbol mappings always name the venue's own (raw) symbol, metadata names what was requested,
 * which is the raw symbol unless the request was for a rule such as `ES.c.0`. What comes later wins. Nothing is said of days
 * beyond those a mapping names, nor of the time after an instrument's expiration.
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
    const start = utcMidnight(dayNumber(utcDate));
    const found = this.intervals
      .get(instrumentId)
      ?.findLast(({ from, to }) => from < start + NS_PER_DAY && start < to);
    return found?.symbol ?? null;
  }

  /** Everything that is known, id by id, in the order in which it was learnt. */
  all(): SymbolInterval[] {
    return [...this.intervals.values()].flat();
  }

  /** Takes in what a request resolved to. */
  learnMetadata({ stypeIn, stypeOut, mappings }: DbnMetadata): void {
    for (const { rawSymbol, intervals } of mappings)
      for (const { startDate, endDate, symbol } of intervals) {
        const [id, name] = stypeOut === 'instrument_id' ? [symbol, rawSymbol] : [rawSymbol, symbol];
        if (stypeOut !== 'instrument_id' && stypeIn !== 'instrument_id') continue;
        if (/^\d+$/.test(id))
          this.add({
            instrumentId: Number(id),
            symbol: name,
            from: utcMidnight(dayNumber(startDate)),
            to: utcMidnight(dayNumber(endDate)),
          });
      }
  }

  /** Takes in a definition or a symbol mapping; other records are ignored. */
  learn(view: RecordView): void {
    if (view.type !== 'definition' && view.type !== 'symbol-mapping') return;
    const record = view.decode();
    if (record.type === 'definition') this.add(definedInterval(record));
    else if (record.type === 'symbol-mapping')
      this.add({
        instrumentId: record.instrumentId,
        symbol: record.stypeOutSymbol,
        from: record.startTs === UNDEF_TIMESTAMP ? 0n : utcMidnight(utcDay(record.startTs)),
        to:
          record.endTs === UNDEF_TIMESTAMP
            ? UNDEF_TIMESTAMP
            : utcMidnight(utcDay(record.endTs - 1n)) + NS_PER_DAY,
      });
  }

  private add(interval: SymbolInterval): void {
    if (interval.symbol === '') return;
    const known = this.intervals.get(interval.instrumentId);
    if (!known) this.intervals.set(interval.instrumentId, [interval]);
    // Definitions are published anew every day; repetitions are not kept.
    else if (!covers(known[known.length - 1], interval)) known.push(interval);
  }
}

/**
 * How long a definition holds: from its instrument's activation to its expiration. Where one of them is not told, no longer than the
 * UTC day it was published on: the venue gives ids of expired instruments to new ones.
 */
function definedInterval(record: DbnRecord<'definition'>): SymbolInterval {
  const { instrumentId, rawSymbol: symbol, tsRecv, activation, expiration } = record;
  const day = utcMidnight(utcDay(tsRecv));
  return {
    instrumentId,
    symbol,
    from: isTold(activation) && activation < day ? activation : day,
    to: isTold(expiration) ? expiration : day + NS_PER_DAY,
  };
}

const isTold = (ns: bigint) => ns !== 0n && ns !== UNDEF_TIMESTAMP;

const covers = (known: SymbolInterval, added: SymbolInterval) =>
  known.symbol === added.symbol && known.from <= added.from && added.to <= known.to;
