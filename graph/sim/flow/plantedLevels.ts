/** Price levels as the simulated participants know them, computed apart from graph/levels. All prices in ticks. */
export const LEVEL_KINDS = [
  'PM_HIGH',
  'PM_LOW',
  'OR_HIGH',
  'OR_LOW',
  'SMA_90',
  'EMA_20',
  'PD_HIGH',
  'PD_LOW',
] as const;
export type LevelKind = (typeof LEVEL_KINDS)[number];

const SMA_BARS = 90;
const EMA_BARS = 20;
const EMA_ALPHA = 2 / (EMA_BARS + 1);

/** Highest and lowest price of a stretch of time. */
class Range {
  high = -Infinity;
  low = Infinity;

  add(price: number): void {
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
  }
}

/** When the parts of the day begin, ns since the simulation's origin. */
interface LevelTimes {
  premarketStart: number;
  rthOpen: number;
  orEnd: number;
  rthClose: number;
}

export class PlantedLevels {
  private readonly premarket = new Range();
  private readonly opening = new Range();
  private readonly regular = new Range();
  /** Regular session of the day before. */
  private readonly previous: Range | null;
  /** Closes of the last two-minute bars. */
  private readonly closes: number[];
  private sma: number;
  private ema: number;

  /** @param yesterday the day before in the same contract, whose averages and range go on */
  constructor(
    private readonly times: LevelTimes,
    yesterday: PlantedLevels | null,
  ) {
    this.previous = yesterday?.regular ?? null;
    this.closes = yesterday?.closes ?? [];
    this.sma = yesterday?.sma ?? NaN;
    this.ema = yesterday?.ema ?? NaN;
  }

  /** A trade print. */
  trade(t: number, price: number): void {
    const { premarketStart, rthOpen, orEnd, rthClose } = this.times;
    if (t < premarketStart || t >= rthClose) return;
    if (t < rthOpen) this.premarket.add(price);
    else {
      this.regular.add(price);
      if (t < orEnd) this.opening.add(price);
    }
  }

  /** The close of a two-minute bar. */
  close(price: number): void {
    this.closes.push(price);
    if (this.closes.length > SMA_BARS) this.closes.shift();
    if (this.closes.length === SMA_BARS)
      this.sma = this.closes.reduce((sum, close) => sum + close, 0) / SMA_BARS;
    this.ema = this.ema === this.ema ? this.ema + EMA_ALPHA * (price - this.ema) : price;
  }

  /** A level's price at `t`; NaN before it is known, and outside the regular session. */
  price(kind: LevelKind, t: number): number {
    const { rthOpen, orEnd, rthClose } = this.times;
    return t < rthOpen || t >= rthClose ? NaN : this.value(kind, t >= orEnd);
  }

  private value(kind: LevelKind, openingOver: boolean): number {
    switch (kind) {
      case 'PM_HIGH':
        return known(this.premarket.high);
      case 'PM_LOW':
        return known(this.premarket.low);
      case 'OR_HIGH':
        return openingOver ? known(this.opening.high) : NaN;
      case 'OR_LOW':
        return openingOver ? known(this.opening.low) : NaN;
      case 'PD_HIGH':
        return known(this.previous?.high ?? NaN);
      case 'PD_LOW':
        return known(this.previous?.low ?? NaN);
      case 'SMA_90':
        return this.sma;
      case 'EMA_20':
        return this.closes.length < EMA_BARS ? NaN : this.ema;
      default:
        return NaN;
    }
  }
}

const known = (price: number) => (Number.isFinite(price) ? price : NaN);
