/**
 * What the vector keeps of Silver: the last minutes of bars and of the rows around levels that go with them.
 *
 * Rows of one table come in order of time. Those of a bar in other tables come before the bar itself, or with it: once the bar has come
 * everything is known up to its end.
 */
import type { ColumnData, TableBatch } from '../datasets/schema';
import { silverBars } from '../bars/barsTable';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import { silverVacuum } from '../bars/vacuum/vacuumTable';
import { SpymasterError } from '../errors';
import { NS_PER_MINUTE, type TimeOrigin } from '../market/time';
import { PRICE_ID } from '../options/optionsOperator';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { listOf, text } from '../state/valueCodec';
import { RowStore } from './rowStore';
import {
  BAR_FIELDS,
  EXPOSURE_FIELDS,
  FLOW_FIELDS,
  VACUUM_FIELDS,
  type BarField,
  type ExposureField,
  type FieldSource,
  type FlowField,
  type VacuumField,
} from './silverFields';

/**
 * How long bars and the rows that go with them are kept, ns: 20 minutes of them, the bar before, the minute before an approach.
 * Of very long bars, three.
 */
export const keptOf = (barNanos: number) => Math.max(25 * NS_PER_MINUTE, 3 * barNanos);
/** Exposures are compared with those of half an hour before. */
export const EXPOSURES_KEPT = 40 * NS_PER_MINUTE;

const keysCodec = listOf(text);

const BOOK_LIVE = 'book_live';
const namesOf = <Name extends string>(fields: Record<Name, FieldSource>) => Object.keys(fields) as Name[];
const columnsOf = (fields: Record<string, FieldSource>) =>
  Object.values<FieldSource>(fields).flatMap(({ columns }) => columns);
const prefixed = (fields: Record<string, FieldSource>, prefix: string): FieldSource[] =>
  Object.values<FieldSource>(fields).map(({ columns, ...rest }) => ({
    ...rest,
    columns: columns.map((column) => `${prefix}_${column}`),
  }));

const VACUUM_SIDES = {
  opp: prefixed(VACUUM_FIELDS, 'opp'),
  sup: prefixed(VACUUM_FIELDS, 'sup'),
};
const VACUUM_NAMES = (['bid', 'ask'] as const).flatMap((side) =>
  namesOf(VACUUM_FIELDS).map((name): VacuumField => `${name}_${side}`),
);

const distinct = (...names: string[]): readonly string[] => [...new Set(names)];

/** The columns read of each Silver table, by its name; bars last, the order in which whole tables may be handed over. */
export const SILVER_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  [silverVacuum.name]: distinct(
    'bar_start_utc',
    'level_id',
    'direction',
    ...[...VACUUM_SIDES.opp, ...VACUUM_SIDES.sup].flatMap(({ columns }) => columns),
  ),
  [silverOptionFlow.name]: distinct('bar_start_utc', 'level_id', ...columnsOf(FLOW_FIELDS)),
  [silverOptionExposure.name]: distinct('ts', 'level_id', ...columnsOf(EXPOSURE_FIELDS)),
  [silverBars.name]: distinct('bar_start_utc', 'book_state', ...columnsOf(BAR_FIELDS)),
};

export interface SilverMemoryOptions {
  origin: TimeOrigin;
  tickNanos: number;
  /** Length of a bar, ns. */
  barNanos: number;
}

export class SilverMemory implements Stateful {
  readonly bars = new RowStore<BarField | typeof BOOK_LIVE>([BOOK_LIVE, ...namesOf(BAR_FIELDS)]);
  /** By the key of the level, as in `flow` and `exposure`. */
  readonly vacuum = new RowStore<VacuumField>(VACUUM_NAMES);
  readonly flow = new RowStore<FlowField>(namesOf(FLOW_FIELDS));
  readonly exposure = new RowStore<ExposureField>(namesOf(EXPOSURE_FIELDS));
  private readonly keys = new Map<string, number>([[PRICE_ID, 0]]);

  constructor(private readonly options: SilverMemoryOptions) {}

  /** Key of a level's rows; `PRICE` names those around price itself. */
  keyOf(levelId: string): number {
    return this.keys.get(levelId) ?? -1;
  }

  /**
   * Takes rows of a Silver table.
   * @param onBar called after each bar: everything up to its end is known then
   * @throws SpymasterError BadArgument for other tables, or rows that lack a column
   */
  push(batch: TableBatch, onBar: () => void): void {
    const { name } = batch.contract;
    if (name === silverBars.name) this.pushBars(batch, onBar);
    else if (name === silverVacuum.name) this.pushVacuum(batch);
    else if (name === silverOptionFlow.name)
      this.pushLevels(batch, this.flow, 'bar_start_utc', this.options.barNanos, FLOW_FIELDS);
    else if (name === silverOptionExposure.name)
      this.pushLevels(batch, this.exposure, 'ts', 0, EXPOSURE_FIELDS);
    else
      throw new SpymasterError('BadArgument', `The vector is not computed from ${name}`, {
        expected: Object.keys(SILVER_COLUMNS).join(', '),
      });
  }

  /** Forgets what no touch at or after `t` looks back to. */
  forgetBefore(t: number): void {
    const kept = keptOf(this.options.barNanos);
    for (const store of [this.bars, this.vacuum, this.flow]) store.dropBefore(t - kept);
    this.exposure.dropBefore(t - EXPOSURES_KEPT);
  }

  save(out: StateWriter): void {
    out.section('silver', 1);
    keysCodec.write(out, [...this.keys.keys()]);
    for (const store of this.stores()) store.save(out);
  }

  restore(from: StateReader): void {
    from.section('silver', 1);
    keysCodec.read(from).forEach((name, key) => this.keys.set(name, key));
    for (const store of this.stores()) store.restore(from);
  }

  private stores() {
    return [this.bars, this.vacuum, this.flow, this.exposure];
  }

  private pushBars(batch: TableBatch, onBar: () => void): void {
    const { bars, options } = this;
    const starts = column(batch, 'bar_start_utc') as BigInt64Array;
    const states = column(batch, 'book_state') as string[];
    const read = reader(batch, Object.values(BAR_FIELDS), options.tickNanos);
    const mid = bars.offset('mid') - bars.offset(BOOK_LIVE);
    for (let i = 0; i < batch.rowCount; i++) {
      const end = this.time(starts[i]) + options.barNanos;
      if (!(end > bars.lastTime))
        throw new SpymasterError('BadArgument', 'Bars come in order of time, each once', {
          field: 'bar_start_utc',
          offset: i,
        });
      const before = bars.length > 0 ? bars.last('mid') : NaN;
      const at = bars.push(end, 0);
      const { numbers } = bars;
      numbers[at] = states[i] === 'live' ? 1 : 0;
      read(i, numbers, at + 1);
      // While a side of the book is empty there is no mid: the last one is used.
      if (Number.isNaN(numbers[at + mid])) numbers[at + mid] = before;
      onBar();
    }
  }

  private pushVacuum(batch: TableBatch): void {
    const { vacuum, options } = this;
    const starts = column(batch, 'bar_start_utc') as BigInt64Array;
    const levels = column(batch, 'level_id') as string[];
    const directions = column(batch, 'direction') as string[];
    const opposing = reader(batch, VACUUM_SIDES.opp, options.tickNanos);
    const supporting = reader(batch, VACUUM_SIDES.sup, options.tickNanos);
    const width = VACUUM_NAMES.length / 2;
    for (let i = 0; i < batch.rowCount; i++) {
      const at = vacuum.push(this.time(starts[i]) + options.barNanos, this.intern(levels[i]));
      const up = directions[i] === 'UP';
      (up ? supporting : opposing)(i, vacuum.numbers, at);
      (up ? opposing : supporting)(i, vacuum.numbers, at + width);
    }
  }

  /**
   * Takes rows that are the same for either direction.
   * @param offset from the time in the column to the one the row is as of, ns
   */
  private pushLevels<Field extends string>(
    batch: TableBatch,
    store: RowStore<Field>,
    timeColumn: string,
    offset: number,
    fields: Record<Field, FieldSource>,
  ): void {
    const times = column(batch, timeColumn) as BigInt64Array;
    const levels = column(batch, 'level_id') as string[];
    const read = reader(batch, Object.values(fields), this.options.tickNanos);
    for (let i = 0; i < batch.rowCount; i++) {
      const at = store.push(this.time(times[i]) + offset, this.intern(levels[i]));
      read(i, store.numbers, at);
    }
  }

  private time(ns: bigint): number {
    return Number(ns - this.options.origin.ns);
  }

  private intern(levelId: string): number {
    let key = this.keys.get(levelId);
    if (key === undefined) this.keys.set(levelId, (key = this.keys.size));
    return key;
  }
}

function column(batch: TableBatch, name: string): ColumnData {
  const data = batch.columns[name];
  if (data) return data;
  throw new SpymasterError('BadArgument', `Rows of ${batch.contract.name} lack the column ${name}`, {
    field: name,
  });
}

/** Writes the fields of a row into an array. */
function reader(batch: TableBatch, fields: readonly FieldSource[], tickNanos: number) {
  const sources = fields.map(({ columns, ticks }) => ({
    columns: columns.map((name) => column(batch, name) as Float64Array | Int32Array),
    ticks,
  }));
  return (row: number, out: Float64Array, at: number): void => {
    for (const { columns, ticks } of sources) {
      let value = columns[0][row];
      for (let k = 1; k < columns.length; k++) value += columns[k][row];
      // Multiplied before divided: exact for prices on the grid of half ticks.
      out[at++] = ticks ? (value * 1e9) / tickNanos : value;
    }
  };
}
