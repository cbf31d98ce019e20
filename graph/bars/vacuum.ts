/**
 * The vacuum family: what happens to the orders around a price level while price is near it, one row a level and bar.
 *
 * A level breaks easily where depth in its way is pulled rather than consumed and nothing is put back: only the book of
 * single orders shows which. Everything is oriented to the approach. Price comes from the side of the level it was on when
 * the bar began; *opposing* is the side of the book it must get through (asks when it comes from below), *supporting* the
 * side behind it. So an approach from above reads as the mirror image of one from below.
 *
 * A level is taken as it stood when the bar began: it has a row if it was known by then and price was within reach. In
 * every zone depth changes over a bar by add - pull - flash - fill + mod, unless the book was replaced by a snapshot.
 */
import type { BookView } from '../book/bookView';
import { ASK, BID, type BookSide } from '../book/side';
import { silverVacuum } from './vacuumTable';
import type { TableBatch } from '../datasets/schema';
import { SessionCode } from '../market/calendar';
import { NS_PER_MS, NS_PER_SECOND, type TimeOrigin } from '../market/time';
import type { BarWatcher, Sessions } from './barBuilder';
import { Cause, type DepthChange } from './depthChange';
import { MemoryReader, MemoryWriter } from '../state/memory';
import { RowList } from './rows';
import { beyond, FAR, RestingAge, ZoneDepth, ZONES, zoneOf } from './zones';

/** How far price may be from a level that is looked at, ticks. */
const REACH = 120;
/** An order withdrawn sooner after it took its place never rested: it flashed. */
const RESTING_NS = 500 * NS_PER_MS;
/** Bars over which velocity is measured, and acceleration between two such velocities. */
const LAG = 3;
/** "VAC1". */
const TAG = 0x31434156;

/** The levels there are, as the operator that finds them keeps them; none ever leaves, so an index names one for good. */
export interface LevelSource {
  /** Brings into being what is known by `t`, ns since the origin. */
  advanceTo(t: number): void;
  /** Price in ticks, between two of them for averages. */
  readonly levels: readonly { readonly id: string; readonly kind: string; readonly price: number }[];
}

export interface VacuumOptions {
  tickNanos: number;
  origin: TimeOrigin;
  sessions: Sessions;
  levels: LevelSource;
}

/** What is counted by side and zone, in lots. */
const ADD = 0;
const PULL = 1;
const FLASH = 2;
const FILL = 3;
const MOD = 4;
const TOWARD = 5;
const AWAY = 6;
const REFRESH = 7;
const FIGURES = 8;
const PER_SIDE = FIGURES * ZONES.length;

/** One level over one bar. */
class LevelWindow {
  active = false;
  /** Ticks, as of the bar's start. */
  price = NaN;
  /** Price comes from below. */
  up = true;
  readonly sums = new Float64Array(2 * PER_SIDE);
  /** Depth by side at the bar's start and at the end of the bar closed last. */
  readonly first = [new ZoneDepth(), new ZoneDepth()] as const;
  readonly last = [new ZoneDepth(), new ZoneDepth()] as const;

  /** Starts a bar. */
  open(book: BookView, mid: number, price: number): void {
    const stood = this.active && this.price === price;
    this.price = price;
    if (mid !== price) this.up = mid < price;
    for (const side of [BID, ASK] as const)
      if (stood) this.first[side].copy(this.last[side]);
      else this.first[side].read(book, side, price);
    this.active = true;
    this.sums.fill(0);
  }

  change(depth: DepthChange, t: number): void {
    const { cause, filled, left, arrived, fromSide, toSide } = depth;
    const to = arrived > 0 ? beyond(toSide, depth.toPrice, this.price) : NaN;
    if (cause === Cause.Add) return this.count(toSide, zoneOf(to), ADD, arrived);
    const from = beyond(fromSide, depth.fromPrice, this.price);
    const zone = zoneOf(from);
    if (filled > 0) this.count(fromSide, zone, FILL, filled);
    if (cause === Cause.Cancel)
      this.count(fromSide, zone, t - depth.pricedAt >= RESTING_NS ? PULL : FLASH, left);
    else if (cause === Cause.Refresh) {
      this.count(fromSide, zone, MOD, arrived);
      this.count(fromSide, zone, REFRESH, arrived);
    } else if (cause === Cause.Modify) {
      if (left > 0) this.count(fromSide, zone, MOD, -left);
      if (arrived > 0) this.count(toSide, zoneOf(to), MOD, arrived);
      if (left > 0 && arrived > 0) this.reprice(fromSide, from, toSide, to, left);
    }
  }

  /** Counts an order that moved, where it was or, if that is outside all zones, where it came to. */
  private reprice(fromSide: BookSide, from: number, toSide: BookSide, to: number, lots: number): void {
    const step = Math.abs(to) - Math.abs(from);
    if (step === 0) return;
    const figure = step < 0 ? TOWARD : AWAY;
    const zone = zoneOf(from);
    if (zone >= 0) this.count(fromSide, zone, figure, lots);
    else this.count(toSide, zoneOf(to), figure, lots);
  }

  private count(side: BookSide, zone: number, figure: number, lots: number): void {
    if (zone >= 0) this.sums[side * PER_SIDE + zone * FIGURES + figure] += lots;
  }
}

export class Vacuum implements BarWatcher {
  /** By the level's index. */
  private readonly windows: LevelWindow[] = [];
  /** Mids at the ends of the last bars, ticks, the latest last; NaN before there were any. */
  private readonly mids = new Float64Array(2 * LAG + 1).fill(NaN);
  private readonly rows: RowList;

  constructor(private readonly options: VacuumOptions) {
    const { origin, levels } = options;
    this.rows = new RowList(silverVacuum, {
      bar_start_utc: (t) => origin.absolute(t),
      level_id: (index) => levels.levels[index].id,
      level_kind: (index) => levels.levels[index].kind,
      direction: (up) => (up === 1 ? 'UP' : 'DOWN'),
    });
  }

  onOpen(start: number, book: BookView, mid: number): void {
    const { levels, sessions } = this.options;
    levels.advanceTo(start);
    const closed = sessions.codeAt(start) === SessionCode.Halt;
    for (const [index, { price }] of levels.levels.entries()) {
      const window = (this.windows[index] ??= new LevelWindow());
      if (!closed && Math.abs(mid - price) <= REACH) window.open(book, mid, price);
      else window.active = false;
    }
  }

  onDepth(depth: DepthChange, t: number): void {
    const { windows } = this;
    const { fromPrice, toPrice } = depth;
    for (let k = 0; k < windows.length; k++) {
      const { active, price } = windows[k];
      if (active && (Math.abs(fromPrice - price) <= FAR || Math.abs(toPrice - price) <= FAR))
        windows[k].change(depth, t);
    }
  }

  onClose(start: number, end: number, book: BookView, mid: number): void {
    this.mids.copyWithin(0, 1);
    this.mids[2 * LAG] = mid;
    for (const [index, window] of this.windows.entries())
      if (window.active) this.write(index, window, start, end, book, mid);
  }

  /** Rows of `silver.vacuum` closed since the last call. */
  take(): TableBatch {
    return this.rows.take();
  }

  /** Everything its further course depends on, rows not taken included. */
  save(): Uint8Array {
    const out = new MemoryWriter();
    out.numbers(this.mids);
    out.numbers([this.windows.length]);
    for (const { active, price, up, sums, first, last } of this.windows) {
      out.numbers([Number(active), price, Number(up)]);
      out.numbers(sums);
      for (const depth of [...first, ...last]) out.numbers(depth.numbers());
    }
    out.list(this.rows);
    return out.bytes(TAG);
  }

  /**
   * @param options those of the saved operator, with its levels restored too
   * @throws SpymasterError BadArgument if the bytes are damaged
   */
  static restore(bytes: Uint8Array, options: VacuumOptions): Vacuum {
    const from = new MemoryReader(bytes, TAG);
    const vacuum = new Vacuum(options);
    from.into(vacuum.mids);
    const [count] = from.numbers(1);
    for (let k = 0; k < count; k++) {
      const window = new LevelWindow();
      const [active, price, up] = from.numbers(3);
      window.active = active === 1;
      window.price = price;
      window.up = up === 1;
      from.into(window.sums);
      for (const depth of [...window.first, ...window.last]) depth.load(from.numbers(ZONES.length + 2));
      vacuum.windows.push(window);
    }
    from.list(vacuum.rows);
    from.end();
    return vacuum;
  }

  private write(
    index: number,
    window: LevelWindow,
    start: number,
    end: number,
    book: BookView,
    mid: number,
  ): void {
    const { price, up } = window;
    let at = this.rows.push();
    const row = this.rows.values;
    const distance = up ? price - mid : mid - price;
    const span = (LAG * (end - start)) / NS_PER_SECOND;
    const velocity = this.velocity(2 * LAG, up, span);
    row[at++] = start;
    row[at++] = index;
    row[at++] = index;
    row[at++] = (price * this.options.tickNanos) / 1e9;
    row[at++] = Number(up);
    row[at++] = distance;
    row[at++] = velocity;
    row[at++] = (velocity - this.velocity(LAG, up, span)) / span;
    row[at++] = distance > 0 && velocity > 0 ? distance / velocity : NaN;
    for (const side of up ? [ASK, BID] : [BID, ASK])
      at = writeSide(window, side as BookSide, book, end, row, at);
  }

  /** Speed toward the level over the `LAG` bars up to one, ticks/s. */
  private velocity(bar: number, up: boolean, span: number): number {
    const move = this.mids[bar] - this.mids[bar - LAG];
    return (up ? move : -move) / span;
  }
}

/** Working memory only: nothing in it outlives a call. */
const AGE = new RestingAge();

function writeSide(
  window: LevelWindow,
  side: BookSide,
  book: BookView,
  end: number,
  row: Float64Array,
  at: number,
): number {
  const { sums, price } = window;
  const first = window.first[side];
  const last = window.last[side];
  last.read(book, side, price);
  const base = side * PER_SIDE;
  for (let zone = 0; zone < ZONES.length; zone++) {
    row[at++] = last.lots[zone];
    for (let figure = 0; figure < FIGURES; figure++) row[at++] = sums[base + zone * FIGURES + figure];
  }
  const total = (figure: number) => {
    let lots = 0;
    for (let zone = 0; zone < ZONES.length; zone++) lots += sums[base + zone * FIGURES + figure];
    return lots;
  };
  const gone = total(PULL) + total(FILL);
  row[at++] = last.centre;
  row[at++] = last.centre - first.centre;
  row[at++] = (total(PULL) + 0.5) / (gone + 1);
  row[at++] = Math.log(1 + total(PULL) / (first.total + 1));
  row[at++] = Math.log((total(ADD) + total(REFRESH) + 1) / (gone + 1));
  row[at++] = AGE.mean(book, side, price, end) / NS_PER_SECOND;
  return at;
}
