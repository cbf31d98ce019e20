/**
 * Raw records sorted for one contract-date: those of its window, those before it (which make the opening book), those
 * that cannot be used, and those of other instruments or days, which are only counted. Every record is counted once.
 */
import { OrderBook } from '../book/orderBook';
import { SessionCode } from '../market/calendar';
import { Flag, tellsTime, type MboBatch } from '../records/mbo';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';
import { timeFault, validateMbo, type DeadLetterReason, type MboRules } from '../records/validate';
import type { BronzeFacts, Silence } from '../quality/checks';
import { SilenceDetector } from '../quality/silences';
import type { DateFrame } from '../products/dateFrame';
import { restoreState, saveState } from '../state/blob';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';

const Kind = { Ours: 0, Other: 1, Unmapped: 2 } as const;
type KindCode = (typeof Kind)[keyof typeof Kind];

/** Where a capture time lies with respect to the window. */
const Place = { Unknown: 0, Before: 1, Within: 2, After: 3 } as const;
type PlaceCode = (typeof Place)[keyof typeof Place];

type Instruments = Pick<ReadonlySet<number>, 'has'>;

export interface SessionFilterSink {
  /** Records `[from, to)` of the window, in order of arrival. */
  keep(batch: MboBatch, from: number, to: number): void;
  /** A record of the window that cannot be used; `kept` records of the window came before it. */
  reject(batch: MboBatch, i: number, reason: DeadLetterReason, kept: number): void;
}

export class SessionFilter implements Stateful {
  /** The book from the records before the window; undefined while there were none. */
  openingBook: OrderBook | undefined;
  private isOpened = false;

  private readonly rules: MboRules;
  /** Rules for the records before the window, which the trade date before was built by. */
  private readonly earlierRules: MboRules;
  private ours: Instruments = new Set();
  private unmapped: Instruments = new Set();
  private since: bigint | undefined;
  private lastId = -1;
  private lastKind: KindCode = Kind.Other;
  /** Where the last record of the file lies that was not of another instrument and says when it was captured. */
  private place: PlaceCode = Place.Unknown;

  private kept = 0;
  private rejected = 0;
  /** Records of other instruments, and of other days. */
  private others = 0;
  private outside = 0;
  private unmappedRecords = 0;
  private readonly unmappedIds = new Set<number>();
  private regressions = 0;
  private badBook = 0;
  /** Latest trusted ts_recv of a record that could be used. */
  private previous = -Infinity;
  private readonly silences: SilenceDetector;
  /** By minute of the window: whether a record arrived in it. */
  private readonly minutes: Uint8Array;

  constructor(
    private readonly frame: DateFrame,
    private readonly sink: SessionFilterSink,
  ) {
    const { clock, origin, product } = frame;
    const { windowStart, windowEnd } = clock;
    this.rules = { origin, windowStart, windowEnd, tickNanos: product.tickNanos };
    this.silences = new SilenceDetector(clock.spans);
    this.earlierRules = { ...this.rules, windowStart: -Infinity };
    this.minutes = new Uint8Array(Math.ceil((windowEnd - windowStart) / NS_PER_MINUTE) + 1);
  }

  /**
   * Begins a file.
   * @param ours instrument ids of the contract in this file
   * @param unmapped instrument ids for which no file knows a symbol
   * @param since capture time, ns UTC, before which the ids were another contract's; undefined where they never were
   */
  begin(ours: Instruments, unmapped: Instruments, since?: bigint): void {
    this.ours = ours;
    this.unmapped = unmapped;
    this.since = since;
    this.lastId = -1;
    this.place = Place.Unknown;
  }

  /**
   * The book before the window is known from elsewhere: records before the window are in it. Call before the first record; that it was
   * is not saved.
   * @param state of the saved book
   */
  openWith(state: Uint8Array): void {
    this.openingBook = restoreState(this.newBook(), state);
    this.isOpened = true;
  }

  /** @param from records `[from, to)` of the batch; all of it if left out */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    const { rules } = this;
    const { instrumentId, tsRecvWords } = batch;
    for (let i = from; i < to; i++) {
      const id = instrumentId[i];
      if (id !== this.lastId) this.turnTo(id);
      if (this.lastKind === Kind.Other) {
        from = this.flush(batch, from, i);
        this.others++;
        continue;
      }
      const t = rules.origin.offset(tsRecvWords, i);
      const place = this.placeOf(batch, i, t);
      if (place === Place.Within && this.lastKind === Kind.Ours) {
        const reason = validateMbo(batch, i, rules, this.previous);
        if (reason === null) {
          this.note(t, batch.flags[i]);
          continue;
        }
        from = this.flush(batch, from, i);
        this.reject(batch, i, reason);
        continue;
      }
      from = this.flush(batch, from, i);
      if (place !== Place.Within) {
        this.outside++;
        if (place === Place.Before && this.lastKind === Kind.Ours) this.beforeWindow(batch, i, t);
      } else {
        this.unmappedRecords++;
        this.unmappedIds.add(id);
        this.sink.reject(batch, i, 'symbol_unmapped', this.kept);
      }
    }
    this.flush(batch, from, to);
  }

  /**
   * Call after the last record.
   * @param fileRecords order messages the files hold according to their survey
   * @param duplicates those that were left out because another file has them too
   */
  facts(fileRecords: number, duplicates = 0): BronzeFacts {
    let expected = 0;
    let covered = 0;
    const { clock } = this.frame;
    for (let minute = 0; minute < this.minutes.length; minute++) {
      const middle = clock.windowStart + (minute + 0.5) * NS_PER_MINUTE;
      if (clock.codeAt(middle) === SessionCode.Halt) continue;
      expected++;
      covered += this.minutes[minute];
    }
    return {
      fileRecords,
      duplicates,
      records: this.kept,
      deadLetters: this.rejected,
      otherInstruments: this.others,
      outsideWindow: this.outside,
      unmapped: this.unmappedRecords,
      unmappedIds: [...this.unmappedIds].sort((a, b) => a - b),
      recvRegressions: this.regressions,
      badBookRecords: this.badBook,
      minutesExpected: expected,
      minutesCovered: covered,
      longestGap: this.longestGap(),
    };
  }

  save(out: StateWriter): void {
    out.section('filter', 1);
    out.boolean(this.openingBook !== undefined);
    if (this.openingBook) out.bytes(saveState(this.openingBook));
    out.unsigned(this.place);
    out.doubles(this.counts());
    out.doubles([...this.unmappedIds]);
    out.double(this.previous);
    this.silences.save(out);
    out.bytes(this.minutes);
  }

  /** The instruments are not saved: `begin` has told them. */
  restore(from: StateReader): void {
    from.section('filter', 1);
    this.openingBook = from.boolean() ? restoreState(this.newBook(), from.bytes()) : undefined;
    const place = from.unsigned();
    this.place = Object.values(Place).find((code) => code === place) ?? from.fail('a place');
    const counts = from.doubles(7);
    [this.kept, this.rejected, this.others, this.outside, this.unmappedRecords] = counts;
    [this.regressions, this.badBook] = counts.slice(5);
    this.unmappedIds.clear();
    for (const id of from.doubles()) this.unmappedIds.add(id);
    this.previous = from.double();
    this.silences.restore(from);
    const minutes = from.bytes();
    if (minutes.length !== this.minutes.length) from.fail(`${this.minutes.length} minutes`);
    this.minutes.set(minutes);
  }

  private counts(): number[] {
    const { kept, rejected, others, outside, unmappedRecords, regressions, badBook } = this;
    return [kept, rejected, others, outside, unmappedRecords, regressions, badBook];
  }

  private newBook(): OrderBook {
    const { origin, product } = this.frame;
    return new OrderBook({ origin, tickNanos: product.tickNanos });
  }

  private longestGap(): Silence {
    const { origin } = this.frame;
    this.silences.finish();
    const { from, to, ...where } = this.silences.longest;
    return {
      from: origin.absolute(from),
      to: origin.absolute(to),
      seconds: (to - from) / NS_PER_SECOND,
      ...where,
    };
  }

  /**
   * Where record `i` belongs. One that does not tell belongs where the one before it does, so that exactly one trade date sets it
   * aside; at the beginning of a file every date does.
   */
  private placeOf(batch: MboBatch, i: number, t: number): PlaceCode {
    const { origin, windowStart, windowEnd } = this.rules;
    if (timeFault(batch, i, origin, t) !== null)
      return this.place === Place.Unknown ? Place.Within : this.place;
    return (this.place =
      t <= windowStart ? Place.Before : isAfter(batch, i, t, windowEnd) ? Place.After : Place.Within);
  }

  /** Hands over the run `[from, i)` and returns where the next one may start. */
  private flush(batch: MboBatch, from: number, i: number): number {
    if (i > from) this.sink.keep(batch, from, i);
    return i + 1;
  }

  private reject(batch: MboBatch, i: number, reason: DeadLetterReason): void {
    this.rejected++;
    if (reason === 'ts_regressed') this.regressions++;
    this.sink.reject(batch, i, reason, this.kept);
  }

  private note(t: number, flags: number): void {
    if (tellsTime(flags)) this.silences.record(t);
    if ((flags & Flag.MaybeBadBook) !== 0) this.badBook++;
    this.advance(t, flags);
    this.minutes[Math.floor((t - this.rules.windowStart) / NS_PER_MINUTE)] = 1;
    this.kept++;
  }

  /** A capture time that is flagged as unreliable holds nothing to its order. */
  private advance(t: number, flags: number): void {
    if (t > this.previous && (flags & Flag.BadTsRecv) === 0) this.previous = t;
  }

  /** A record the trade date before has set aside is in no book of its either. */
  private beforeWindow(batch: MboBatch, i: number, t: number): void {
    if (this.isOpened || (this.since !== undefined && batch.tsRecv[i] < this.since)) return;
    if (validateMbo(batch, i, this.earlierRules, this.previous) !== null) return;
    this.advance(t, batch.flags[i]);
    this.openingBook ??= this.newBook();
    this.openingBook.apply(batch, i);
  }

  private turnTo(id: number): void {
    this.lastId = id;
    this.lastKind = this.ours.has(id) ? Kind.Ours : this.unmapped.has(id) ? Kind.Unmapped : Kind.Other;
  }
}

/** A book that is told at the last instant is what the next window begins with. */
const isAfter = (batch: MboBatch, i: number, t: number, windowEnd: number): boolean =>
  t > windowEnd || (t === windowEnd && (batch.flags[i] & Flag.Snapshot) !== 0);
