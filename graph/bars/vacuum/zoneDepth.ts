import type { BookView } from '../../book/bookView';
import { BID, type BookSide } from '../../book/side';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import { ZONE_NAMES } from '../distances';
import { beyond, type Zones } from './zones';

/** Displayed depth of one side around a level. */
export class ZoneDepth implements Stateful {
  /** Lots by zone. */
  readonly lots = new Float64Array(ZONE_NAMES.length);
  /** Lots of all zones, and the sum of lots x distance. */
  total = 0;
  private moment = 0;
  private side: BookSide = BID;
  private level = NaN;

  constructor(private readonly zones: Zones) {}

  read(book: BookView, side: BookSide, level: number): void {
    this.lots.fill(0);
    this.total = this.moment = 0;
    this.side = side;
    this.level = level;
    const [from, to] = this.zones.reach(side, level);
    book.forEachLevel(side, from, to, this.note);
  }

  /** Takes over what another has read. */
  copy(other: ZoneDepth): void {
    this.lots.set(other.lots);
    this.total = other.total;
    this.moment = other.moment;
  }

  /**
   * Mean distance of the lots, ticks, with one more lot in the middle of the zones: as a side empties its mean drifts to the
   * middle, and it is defined without any lots.
   */
  get center(): number {
    const { inner, outer } = this.zones;
    return (this.moment + (outer + inner) / 2) / (this.total + 1);
  }

  save(out: StateWriter): void {
    out.doubles(this.lots);
    out.doubles([this.total, this.moment]);
  }

  restore(from: StateReader): void {
    from.into(this.lots);
    [this.total, this.moment] = from.doubles(2);
  }

  private readonly note = (price: number, size: number): void => {
    const distance = beyond(this.side, price, this.level);
    const zone = this.zones.of(distance);
    if (zone < 0) return;
    this.lots[zone] += size;
    this.total += size;
    this.moment += size * distance;
  };
}
