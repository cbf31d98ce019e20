/**
 * The vacuum family: what happens to the orders around a price level while price is near it, one row a level and bar.
 *
 * A level breaks easily where depth in its way is pulled rather than consumed and nothing is put back: only the book of
 * single orders shows which. Everything is oriented to the approach. Price comes from the side of the level it was on when
 * the bar began; *opposing* (`opp_`) is the side of the book it must get through (asks when it comes from below),
 * *supporting* (`sup_`) the side behind it. So an approach from above reads as the mirror image of one from below.
 *
 * A level is taken as it stood when the bar began: it has a row if it was known by then and price was within reach. In
 * every zone depth changes over a bar by add - pull - flash - fill + mod, unless the book was replaced by a snapshot.
 */
import type { BookView } from '../../book/bookView';
import { PriceScale } from '../../book/priceScale';
import { TableRows } from '../../datasets/column';
import type { TableBatch } from '../../datasets/schema';
import { SessionCode } from '../../market/calendar';
import type { TimeOrigin } from '../../market/time';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import type { BarWatcher } from '../barWatcher';
import type { DepthChange } from '../depthChange';
import { type BarDistances, DEFAULT_BAR_DISTANCES, ZONE_NAMES } from '../distances';
import type { Sessions } from '../openBar';
import { MidHistory } from './approach';
import { LevelWindow } from './levelWindow';
import { silverVacuum, VACUUM_COLUMNS } from './vacuumTable';
import { Zones } from './zones';

/** The levels there are, as the operator that finds them keeps them; none ever leaves, so an index names one for good. */
interface LevelSource {
  /** Brings into being what is known by `t`, ns since the origin. */
  advanceTo(t: number): void;
  /** Price in ticks, between two of them for averages. */
  readonly levels: readonly { readonly id: string; readonly kind: string; readonly price: number }[];
}

interface VacuumOptions {
  tickNanos: number;
  origin: TimeOrigin;
  sessions: Sessions;
  levels: LevelSource;
  distances?: BarDistances;
}

export class LevelVacuum implements BarWatcher, Stateful {
  private readonly distances: BarDistances;
  private readonly scale: PriceScale;
  private readonly zones: Zones;
  /** By the level's index. */
  private readonly windows: LevelWindow[] = [];
  private readonly mids = new MidHistory();
  /** Rows not taken yet. */
  private readonly rows = new TableRows(silverVacuum, VACUUM_COLUMNS);

  constructor(private readonly options: VacuumOptions) {
    this.distances = options.distances ?? DEFAULT_BAR_DISTANCES;
    this.scale = new PriceScale(options.tickNanos);
    this.zones = new Zones(this.distances.zones);
  }

  onOpen(start: number, book: BookView, mid: number): void {
    const { levels, sessions } = this.options;
    const { vacuumReachTicks } = this.distances;
    levels.advanceTo(start);
    const closed = sessions.codeAt(start) === SessionCode.Halt;
    for (const [index, { price }] of levels.levels.entries()) {
      const window = (this.windows[index] ??= new LevelWindow(this.zones));
      if (!closed && Math.abs(mid - price) <= vacuumReachTicks) window.open(book, mid, price);
      else window.active = false;
    }
  }

  onDepth(depth: DepthChange, t: number): void {
    const { windows } = this;
    const { outer } = this.zones;
    const { fromPrice, toPrice } = depth;
    for (let k = 0; k < windows.length; k++) {
      const { active, price } = windows[k];
      if (active && (Math.abs(fromPrice - price) <= outer || Math.abs(toPrice - price) <= outer))
        windows[k].change(depth, t);
    }
  }

  onClose(start: number, end: number, book: BookView, mid: number): void {
    this.mids.push(mid);
    const instant = this.options.origin.absolute(start);
    for (const [index, window] of this.windows.entries()) {
      if (!window.active) continue;
      const { price, up, opposing, supporting } = window;
      window.close(book, end);
      this.rows.push({
        start: instant,
        level: this.options.levels.levels[index],
        price: this.scale.points(price),
        up,
        approach: this.mids.approach(price, up, end - start),
        opposing,
        supporting,
      });
    }
  }

  /** Rows of `silver.vacuum` closed since the last call. */
  take(): TableBatch {
    return this.rows.take();
  }

  /** Take the rows first: they are not saved. */
  save(out: StateWriter): void {
    this.rows.requireTaken();
    out.section('vacuum', 1);
    out.doubles(this.settings());
    this.mids.save(out);
    out.unsigned(this.windows.length);
    for (const window of this.windows) window.save(out);
  }

  /** Fills a new one, whose levels are restored already. */
  restore(from: StateReader): void {
    from.section('vacuum', 1);
    const settings = this.settings();
    if (from.doubles(settings.length).some((value, k) => value !== settings[k]))
      from.fail(`reach and zones of ${settings.join(', ')} ticks`);
    this.mids.restore(from);
    for (let left = from.unsigned(); left > 0; left--) {
      const window = new LevelWindow(this.zones);
      window.restore(from);
      this.windows.push(window);
    }
  }

  private settings(): number[] {
    const { vacuumReachTicks, zones } = this.distances;
    return [vacuumReachTicks, ...ZONE_NAMES.map((zone) => zones[zone])];
  }
}
