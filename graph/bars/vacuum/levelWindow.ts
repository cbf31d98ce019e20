/** One level over one bar: the orders around it on either side of the book. */
import type { BookView } from '../../book/bookView';
import { ASK, BID, type BookSide } from '../../book/side';
import { NS_PER_MS } from '../../market/time';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import { Cause, type DepthChange } from '../depthChange';
import { Figure, SideWindow } from './sideWindow';
import { beyond, type Zones } from './zones';

/** An order withdrawn sooner after it took its place counts as flashed. */
const RESTING_NS = 500 * NS_PER_MS;

export class LevelWindow implements Stateful {
  active = false;
  /** Ticks, as of the bar's start. */
  price = NaN;
  /** Price comes from below. */
  up = true;
  private readonly sides: readonly [SideWindow, SideWindow];

  constructor(private readonly zones: Zones) {
    this.sides = [new SideWindow(BID, zones), new SideWindow(ASK, zones)];
  }

  /** The side of the book price must get through. */
  get opposing(): SideWindow {
    return this.sides[this.up ? ASK : BID];
  }

  /** The side of the book behind price. */
  get supporting(): SideWindow {
    return this.sides[this.up ? BID : ASK];
  }

  /** Starts a bar. */
  open(book: BookView, mid: number, price: number): void {
    const samePrice = this.active && this.price === price;
    this.price = price;
    if (mid !== price) this.up = mid < price;
    for (const side of this.sides) side.open(book, price, samePrice);
    this.active = true;
  }

  change(depth: DepthChange, t: number): void {
    const { zones, sides, price } = this;
    const { cause, filled, left, arrived, fromSide, toSide } = depth;
    const to = arrived > 0 ? beyond(toSide, depth.toPrice, price) : NaN;
    if (cause === Cause.Add) return sides[toSide].count(zones.of(to), Figure.Add, arrived);
    const from = beyond(fromSide, depth.fromPrice, price);
    const zone = zones.of(from);
    const side = sides[fromSide];
    if (filled > 0) side.count(zone, Figure.Fill, filled);
    if (cause === Cause.Cancel)
      // An order of a snapshot that does not tell its age has rested.
      side.count(zone, t - depth.pricedAt < RESTING_NS ? Figure.Flash : Figure.Pull, left);
    else if (cause === Cause.Refresh) {
      side.count(zone, Figure.Mod, arrived);
      side.count(zone, Figure.Refresh, arrived);
    } else if (cause === Cause.Modify) {
      if (left > 0) side.count(zone, Figure.Mod, -left);
      if (arrived > 0) sides[toSide].count(zones.of(to), Figure.Mod, arrived);
      if (left > 0 && arrived > 0) this.reprice(fromSide, from, toSide, to, left);
    }
  }

  close(book: BookView, end: number): void {
    for (const side of this.sides) side.close(book, this.price, end);
  }

  save(out: StateWriter): void {
    out.boolean(this.active);
    out.double(this.price);
    out.boolean(this.up);
    for (const side of this.sides) side.save(out);
  }

  restore(from: StateReader): void {
    this.active = from.boolean();
    this.price = from.double();
    this.up = from.boolean();
    for (const side of this.sides) side.restore(from);
  }

  /** Counts an order that moved, where it was or, if that is outside all zones, where it came to. */
  private reprice(fromSide: BookSide, from: number, toSide: BookSide, to: number, lots: number): void {
    const step = Math.abs(to) - Math.abs(from);
    if (step === 0) return;
    const figure = step < 0 ? Figure.Toward : Figure.Away;
    const zone = this.zones.of(from);
    if (zone >= 0) this.sides[fromSide].count(zone, figure, lots);
    else this.sides[toSide].count(this.zones.of(to), figure, lots);
  }
}
