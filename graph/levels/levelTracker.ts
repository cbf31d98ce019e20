/**
 * The levels of one contract-date as they come into being, trade by trade.
 *
 * Time is that of the events (`ts_event`) in the order of their arrival; an event older than one seen before counts at the
 * time of that one, so time never goes back. Every trade counts, those without an aggressor (opening auctions, implied
 * matches) too: their prices were traded, and the exchange's own highs and lows contain them.
 */
import { sessionOf, SessionCode, previousTradeDate, type SessionClock } from '../market/calendar';
import { pointsText } from '../market/points';
import { NS_PER_MINUTE } from '../market/time';
import type { Product } from '../products/profile';
import type { TradeTick } from '../records/tradeTick';
import type { LevelSettings } from '../settings';
import type { StateReader, StateWriter } from '../state/codec';
import type { Operator } from '../state/operator';
import { listOf } from '../state/valueCodec';
import { ExponentialMean, RollingMean } from './averages';
import type { AbsentRange } from './absence';
import type { Coverage } from './coverage';
import type { LevelKind } from './kinds';
import { levelCodec, type Level, type LevelInterval } from './level';
import { priceRangeCodec, widened, type PriceRange } from './priceRange';

const BIN = 2 * NS_PER_MINUTE;
const levelsCodec = listOf(levelCodec);

/** Listed in Silver whether or not episodes are looked for on them. */
const ALWAYS_LISTED: readonly LevelKind[] = ['PD_HIGH', 'PD_LOW'];

export interface LevelTrackerOptions {
  clock: SessionClock;
  product: Product;
  settings: LevelSettings;
  /** RTH range of the previous trade date of the same contract, where its data are whole. */
  previousDay?: PriceRange;
  /** What the records cover that came so far, that of the trade being pushed included. */
  coverage: Coverage;
}

/** A window of the session whose high and low become levels when it ends, if the data cover it. */
interface RangeWindow {
  readonly kinds: readonly [high: LevelKind, low: LevelKind];
  /** `[from, to)`, ns since the origin. */
  readonly from: number;
  readonly to: number;
  /** Of the trades in it so far. */
  range: PriceRange | null;
}

/** An interval of a level has ended: at the level's next price, or at the end of the session. */
interface LevelEvent {
  readonly kind: 'level';
  readonly interval: LevelInterval;
}

export class LevelTracker implements Operator<TradeTick, LevelEvent> {
  /** Levels in the order in which they came into being; none is ever removed, so an index identifies a level. */
  readonly levels: Level[] = [];

  private events: LevelEvent[] = [];
  private now = -Infinity;
  private readonly premarket: RangeWindow;
  private readonly overnight: RangeWindow;
  private readonly opening: RangeWindow;
  private readonly windows: readonly RangeWindow[];
  /** 0 before the RTH open, 1 in the opening range, 2 after it. */
  private stage = 0;
  private readonly stageEnds: readonly number[];
  /** When the next level comes into being or moves: the end of a stage or of a bin. */
  private due: number;
  /** End of the two-minute bin in progress; none before the first trade. */
  private binEnd = Infinity;
  private lastClose = NaN;
  /** Whether the bin in progress has a trade. */
  private traded = false;
  private readonly sma = new RollingMean(90);
  private readonly ema = new ExponentialMean(20);
  /** The round numbers around the last trade, both existing as levels. */
  private roundBelow = Infinity;
  private roundAbove = -Infinity;

  private readonly clock: SessionClock;
  private readonly listed: ReadonlySet<LevelKind>;
  private readonly byId = new Map<string, Level>();

  constructor(private readonly options: LevelTrackerOptions) {
    const { clock, product, settings, previousDay } = options;
    this.clock = clock;
    this.stageEnds = [clock.rthOpen, clock.orEnd, Infinity];
    this.due = clock.rthOpen;
    const { globexOpen, premarketStart, rthOpen, orEnd } = clock;
    this.premarket = { kinds: ['PM_HIGH', 'PM_LOW'], from: premarketStart, to: rthOpen, range: null };
    this.overnight = { kinds: ['ON_HIGH', 'ON_LOW'], from: globexOpen, to: rthOpen, range: null };
    this.opening = { kinds: ['OR_HIGH', 'OR_LOW'], from: rthOpen, to: orEnd, range: null };
    this.windows = [this.premarket, this.overnight, this.opening];
    this.listed = new Set([...settings.kinds, ...ALWAYS_LISTED]);
    const { windowStart } = clock;
    if (previousDay) {
      const before = sessionOf(previousTradeDate(clock.session.tradeDate, product), product);
      const known = Number(before.rthClose - clock.origin.ns);
      this.place('PD_HIGH', previousDay.high, windowStart, known);
      this.place('PD_LOW', previousDay.low, windowStart, known);
    }
    for (const price of settings.userPrices[product.root] ?? [])
      this.place('USER', Math.round((price * 1e9) / product.tickNanos), windowStart);
  }

  /** Counts a trade: advances time to it, then counts it into the ranges and averages that become levels. */
  push({ t, price }: Readonly<TradeTick>): void {
    this.advanceTo(t);
    const { now } = this;
    if (this.stage < 2)
      for (const window of this.windows)
        if (now >= window.from && now < window.to) window.range = widened(window.range, price);
    if (this.binEnd === Infinity) {
      this.binEnd = this.binStart(now) + BIN;
      this.setDue();
    }
    this.lastClose = price;
    this.traded = true;
    if (this.listed.has('ROUND') && (price < this.roundBelow || price > this.roundAbove))
      this.placeRound(price);
  }

  /** Lets time pass: whatever becomes known by `t` exists afterwards. Calling it more often changes nothing. */
  advanceTo(t: number): void {
    if (t > this.now) this.now = t;
    while (this.due <= this.now) {
      if (this.due === this.stageEnds[this.stage]) this.endStage();
      else this.endBin(this.due);
      this.setDue();
    }
  }

  /** Ends every interval still open, as the session does. Call once, after the last trade. */
  finish(): void {
    for (const level of this.levels)
      this.endInterval(level, Math.max(this.clock.globexClose, level.validFrom));
  }

  /** The range so far of the pre-market, or of the opening range; null where there is none, or the data do not cover it so far. */
  rangeOf(name: 'premarket' | 'opening'): PriceRange | null {
    const { range, from, to } = this[name];
    return range && this.options.coverage.gapIn(from, Math.min(to, this.now)) === null ? range : null;
  }

  /** Levels of windows that have not come into being. To be asked at the end of the session. */
  absent(): AbsentRange[] {
    const { now, windows, listed, byId, options } = this;
    return windows
      .filter(({ kinds }) => kinds.some((kind) => listed.has(kind) && !byId.has(kind)))
      .map(({ kinds, from, to }) => ({
        kinds,
        from,
        to,
        gap: options.coverage.gapIn(from, to) ?? (now < to ? { from: now, to: Infinity } : null),
      }));
  }

  take(): LevelEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }

  save(out: StateWriter): void {
    out.section('levels', 1);
    out.double(this.now);
    levelsCodec.write(out, this.levels);
    for (const { range } of this.windows) priceRangeCodec.write(out, range);
    out.unsigned(this.stage);
    out.double(this.binEnd);
    out.double(this.lastClose);
    out.boolean(this.traded);
    out.double(this.roundBelow);
    out.double(this.roundAbove);
    this.sma.save(out);
    this.ema.save(out);
  }

  restore(from: StateReader): void {
    from.section('levels', 1);
    this.now = from.double();
    this.levels.length = 0;
    this.byId.clear();
    for (const level of levelsCodec.read(from)) this.add(level);
    for (const window of this.windows) window.range = priceRangeCodec.read(from);
    this.stage = from.unsigned();
    if (this.stage >= this.stageEnds.length) from.fail('a stage of the session');
    this.binEnd = from.double();
    this.lastClose = from.double();
    this.traded = from.boolean();
    this.roundBelow = from.double();
    this.roundAbove = from.double();
    this.sma.restore(from);
    this.ema.restore(from);
    this.setDue();
  }

  private setDue(): void {
    this.due = Math.min(this.stageEnds[this.stage], this.binEnd);
  }

  private endStage(): void {
    if (this.stage++ === 0) {
      this.placeRange(this.premarket);
      this.placeRange(this.overnight);
    } else {
      this.placeRange(this.opening);
    }
  }

  private endBin(at: number): void {
    if (this.traded || this.clock.codeAt(at - BIN) !== SessionCode.Halt) {
      this.sma.push(this.lastClose);
      this.ema.push(this.lastClose);
      this.placeAverage('SMA_90', this.sma.value, at);
      this.placeAverage('EMA_20', this.ema.value, at);
    }
    this.traded = false;
    this.binEnd = at + BIN;
  }

  /** Start of the two-minute bin of UTC (and so of New York) that contains `t`. */
  private binStart(t: number): number {
    const phase = Number(this.clock.origin.ns % BigInt(BIN));
    return Math.floor((t + phase) / BIN) * BIN - phase;
  }

  private placeRange({ kinds: [high, low], range, from, to }: RangeWindow): void {
    if (!range || this.options.coverage.gapIn(from, to) !== null) return;
    this.place(high, range.high, to);
    this.place(low, range.low, to);
  }

  /** An average of too few closes is no level; nor is one that becomes known only when the session is over. */
  private placeAverage(kind: LevelKind, mean: number, at: number): void {
    if (!Number.isNaN(mean) && at < this.clock.globexClose) this.place(kind, mean, at);
  }

  private placeRound(price: number): void {
    const step = this.options.settings.roundStepTicks;
    this.roundBelow = Math.floor(price / step) * step;
    this.roundAbove = Math.ceil(price / step) * step;
    for (const multiple of new Set([this.roundBelow, this.roundAbove]))
      if (!this.byId.has(this.idOf('ROUND', multiple)))
        this.place('ROUND', multiple, this.now, this.clock.windowStart);
  }

  /** Makes `price` the level's price from `at` on, bringing the level into being where it did not exist. */
  private place(kind: LevelKind, price: number, at: number, knownFrom = at): void {
    if (kind !== 'USER' && !this.listed.has(kind)) return;
    const id = this.idOf(kind, price);
    const level = this.byId.get(id);
    if (!level) {
      const watched = kind === 'USER' || this.options.settings.kinds.includes(kind);
      this.add({ id, kind, watched, knownFrom, validFrom: at, price });
    } else if (level.price !== price) {
      this.endInterval(level, at);
      level.price = price;
      level.knownFrom = knownFrom;
      level.validFrom = at;
    }
  }

  private add(level: Level): void {
    this.levels.push(level);
    this.byId.set(level.id, level);
  }

  private endInterval(level: Level, validTo: number): void {
    this.events.push({ kind: 'level', interval: { ...level, validTo } });
  }

  private idOf(kind: LevelKind, price: number): string {
    return kind === 'USER' || kind === 'ROUND'
      ? `${kind}@${pointsText(price, this.options.product.tickNanos)}`
      : kind;
  }
}
