/** One side of the book around a level over one bar: what was added, withdrawn, filled and moved there, by zone. */
import type { BookView } from '../../book/bookView';
import type { BookSide } from '../../book/side';
import { type Column, duration, elementsOf, figure, lots, netLots, SHARES } from '../../datasets/column';
import { NS_PER_SECOND } from '../../market/time';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import { DEFAULT_BAR_DISTANCES, ZONE_NAMES } from '../distances';
import { ZoneDepth } from './zoneDepth';
import type { Zones } from './zones';

/** What is counted by zone, in lots. */
export const Figure = {
  Add: 0,
  Pull: 1,
  Flash: 2,
  Fill: 3,
  Mod: 4,
  Toward: 5,
  Away: 6,
  Refresh: 7,
} as const;
type FigureCode = (typeof Figure)[keyof typeof Figure];
const FIGURES = Object.keys(Figure).length;

export class SideWindow implements Stateful {
  /** By zone and figure. */
  readonly sums = new Float64Array(ZONE_NAMES.length * FIGURES);
  /** Depth at the bar's start and at the end of the bar closed last. */
  readonly first: ZoneDepth;
  readonly last: ZoneDepth;
  /** Mean time for which the lots in all zones have held their places at the bar's end, ns; NaN without any. */
  restingAge = NaN;

  constructor(
    private readonly side: BookSide,
    private readonly zones: Zones,
  ) {
    this.first = new ZoneDepth(zones);
    this.last = new ZoneDepth(zones);
  }

  /** Starts a bar. @param samePrice whether the bar before ended with the level at the same price */
  open(book: BookView, level: number, samePrice: boolean): void {
    if (samePrice) this.first.copy(this.last);
    else this.first.read(book, this.side, level);
    this.sums.fill(0);
  }

  /** @param zone -1 (outside all zones) is not counted */
  count(zone: number, figure: FigureCode, lots: number): void {
    if (zone >= 0) this.sums[zone * FIGURES + figure] += lots;
  }

  /** Closes the bar: every figure becomes that of its end, read from the book as of then. */
  close(book: BookView, level: number, end: number): void {
    const [from, to] = this.zones.reach(this.side, level);
    this.last.read(book, this.side, level);
    this.restingAge = book.meanAge(this.side, from, to, end);
  }

  /** Lots of a figure in all zones. */
  total(figure: FigureCode): number {
    let lots = 0;
    for (let at: number = figure; at < this.sums.length; at += FIGURES) lots += this.sums[at];
    return lots;
  }

  save(out: StateWriter): void {
    out.doubles(this.sums);
    this.first.save(out);
    this.last.save(out);
  }

  restore(from: StateReader): void {
    from.into(this.sums);
    this.first.restore(from);
    this.last.restore(from);
  }
}

/** Opposing: the side of the book an approach must get through; supporting: the other, behind it. */
type LevelSide = 'opposing' | 'supporting';
type Row = Readonly<Record<LevelSide, SideWindow>>;

/** A zone's distances as text. */
function placeOf(zone: number): string {
  const edges = ZONE_NAMES.map((name) => DEFAULT_BAR_DISTANCES.zones[name]);
  const ticks =
    zone === 0
      ? `within ${edges[0]} ticks of the level`
      : `${edges[zone - 1]} to ${edges[zone]} ticks beyond the level`;
  return `in the ${ZONE_NAMES[zone]} zone (by default ${ticks})`;
}

function zoneColumns(prefix: string, side: LevelSide): Column<Row>[] {
  const sums = elementsOf((row: Row) => row[side].sums);
  const depths = elementsOf((row: Row) => row[side].last.lots);
  return ZONE_NAMES.flatMap((zone, index) => {
    const where = placeOf(index);
    const named = (figure: string) => `${prefix}_${zone}_${figure}`;
    const sum = (figure: FigureCode) => sums(index * FIGURES + figure);
    return [
      lots(named('depth'), {
        meaning: `Displayed ${side} lots ${where} at the bar's end`,
        value: depths(index),
      }),
      lots(named('add'), { meaning: `Lots of new ${side} orders ${where}`, value: sum(Figure.Add) }),
      lots(named('pull'), {
        meaning: `Unfilled ${side} lots cancelled ${where} after resting half a second or longer`,
        value: sum(Figure.Pull),
      }),
      lots(named('flash'), {
        meaning: `Unfilled ${side} lots cancelled ${where} sooner than that`,
        value: sum(Figure.Flash),
      }),
      lots(named('fill'), { meaning: `Displayed ${side} lots filled ${where}`, value: sum(Figure.Fill) }),
      netLots(named('mod'), {
        meaning: `Net ${side} lots modifies and iceberg refreshes brought ${where} (negative: took away)`,
        value: sum(Figure.Mod),
      }),
      lots(named('toward'), {
        meaning: `Lots of ${side} orders ${where} repriced nearer to the level, or into there from outside the zones`,
        value: sum(Figure.Toward),
      }),
      lots(named('away'), {
        meaning: `Lots of ${side} orders ${where} repriced farther from the level, or into there from outside the zones`,
        value: sum(Figure.Away),
      }),
      lots(named('refresh'), {
        meaning: `Lots ${side} icebergs displayed anew ${where}`,
        value: sum(Figure.Refresh),
      }),
    ];
  });
}

/** Lots that were pulled or filled in all zones. */
const gone = (window: SideWindow) => window.total(Figure.Pull) + window.total(Figure.Fill);

function pullIntensity(window: SideWindow): number {
  return Math.log(1 + window.total(Figure.Pull) / (window.first.total + 1));
}

function replenishment(window: SideWindow): number {
  return Math.log((window.total(Figure.Add) + window.total(Figure.Refresh) + 1) / (gone(window) + 1));
}

/** The columns of one side of the book around the level, named with its prefix. */
export const sideColumns = (prefix: string, side: LevelSide): Column<Row>[] => [
  ...zoneColumns(prefix, side),
  figure(`${prefix}_com`, {
    unit: 'ticks',
    meaning: `Center of depth: mean distance of ${side} lots beyond the level at the bar's end, with one lot more in the middle of the zones`,
    formula: '(sum(lots * distance) + middle) / (sum(lots) + 1)',
    value: (row) => row[side].last.center,
  }),
  figure(`${prefix}_com_change`, {
    unit: 'ticks',
    meaning: `Center of depth at the bar's end less that at its start; positive: ${side} depth withdrew`,
    value: (row) => row[side].last.center - row[side].first.center,
  }),
  figure(`${prefix}_pull_share`, {
    range: SHARES,
    meaning: `Share of pulled among the ${side} lots pulled or filled in all zones; 0.5 when nothing happened`,
    formula: '(pulled + 1/2) / (pulled + filled + 1)',
    value: (row) => (row[side].total(Figure.Pull) + 0.5) / (gone(row[side]) + 1),
  }),
  figure(`${prefix}_pull_intensity`, {
    meaning: `Lots pulled of the ${side} depth in all zones, against that depth at the bar's start`,
    formula: "ln(1 + pulled / (1 + lots at the bar's start))",
    value: (row) => pullIntensity(row[side]),
  }),
  figure(`${prefix}_replenishment`, {
    meaning: `Lots that came to the ${side} depth in all zones against those that went; 0 when nothing happened`,
    formula: 'ln((1 + added + refreshed) / (1 + pulled + filled))',
    value: (row) => replenishment(row[side]),
  }),
  duration(`${prefix}_age`, {
    meaning: `Mean time for which the ${side} lots in all zones have held their places; null without any`,
    value: (row) => row[side].restingAge / NS_PER_SECOND,
  }),
];
