/** The prints that are shown, oldest first. Each has a number, which it keeps while older ones are forgotten. */
import { PRINT_WIDTH } from '../../../graph/screen/prints';
import { largestLotsOf } from './scales';

export interface Print {
  /** ns since the origin. */
  readonly t: number;
  /** Ticks. */
  readonly price: number;
  readonly lots: number;
  /** See `PrintKind` and `PrintMark`. */
  readonly kind: number;
}

const MOST_PRINTS = 20_000;
/** After so many prints it is looked anew which are large. */
const SCALED_EVERY = 256;

export class PrintMemory {
  /** Number of the oldest. */
  first = 0;
  /** Lots of the prints that are drawn largest. */
  largestLots = largestLotsOf([]);
  private readonly kept: Print[] = [];
  /** Prints since it was looked which are large. */
  private unscaled = Infinity;

  /** Number that the next one will have. */
  get end(): number {
    return this.first + this.kept.length;
  }

  /** @param number from `first` to before `end` */
  at(number: number): Print {
    return this.kept[number - this.first];
  }

  /** Number of the first that is not before a time; `end` if there is none. @param t ns since the origin */
  from(t: number): number {
    let [low, high] = [this.first, this.end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle).t < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The newest, oldest of them first. */
  latest(count: number): readonly Print[] {
    return this.kept.slice(-count);
  }

  /** @param rows as in `Prints` @returns those that were added */
  add(rows: Float64Array): readonly Print[] {
    const added: Print[] = [];
    for (let row = 0; row < rows.length; row += PRINT_WIDTH) {
      const [t, price, lots, kind] = rows.subarray(row, row + PRINT_WIDTH);
      added.push({ t, price, lots, kind });
    }
    for (const print of added) this.kept.push(print);
    this.unscaled += added.length;
    if (this.unscaled >= SCALED_EVERY) {
      this.unscaled = 0;
      this.largestLots = largestLotsOf(this.kept);
    }
    if (this.kept.length > MOST_PRINTS) {
      const forgotten = this.kept.length - MOST_PRINTS / 2;
      this.kept.splice(0, forgotten);
      this.first += forgotten;
    }
    return added;
  }

  /** Forgets those from a time on: they are told again, with the numbers they had. @returns the others */
  forgetFrom(t: number): readonly Print[] {
    this.kept.length = this.from(t) - this.first;
    return this.kept;
  }

  clear(): void {
    this.first = this.end;
    this.kept.length = 0;
    this.unscaled = Infinity;
  }
}
