/** Which records the subscriptions of a session mean. */
import { RECORDS, type Schema } from '../../../graph/dbn';
import { layoutOf } from '../../../graph/dbn/records';
import { typeOfSchema } from '../../../graph/dbn/columns';
import { Flag } from '../../../graph/records/mbo';

export interface Wanted {
  schema: Schema;
  /** Instruments; null is all of them. */
  ids: ReadonlySet<number> | null;
  /** Records of history from this ts_event on, ns UTC; without it none. */
  start?: bigint;
}

const MBO = RECORDS.mbo.rtype;
const FLAGS_AT = layoutOf('mbo', 3).offsets.flags;

export class RecordFilter {
  private readonly byRtype: (Wanted[] | undefined)[] = [];

  add(wanted: Wanted): void {
    const { rtype } = RECORDS[typeOfSchema(wanted.schema)];
    (this.byRtype[rtype] ??= []).push(wanted);
  }

  /** The earliest start of any subscription, ns UTC; undefined if none wants history. */
  get earliestStart(): bigint | undefined {
    const starts = this.byRtype.flatMap((list) => (list ?? []).map(({ start }) => start));
    return starts.reduce(
      (least, start) => (least === undefined || (start !== undefined && start < least) ? start : least),
      undefined,
    );
  }

  /** Whether the record at `at` is wanted as it happens. */
  wantsLive(view: DataView, at: number): boolean {
    const list = this.byRtype[view.getUint8(at + 1)];
    if (list === undefined) return false;
    const id = view.getUint32(at + 4, true);
    for (const { ids } of list) if (ids === null || ids.has(id)) return true;
    return false;
  }

  /**
   * Whether it is wanted of history.
   * @param time by which it is ordered: that counts for records of a snapshot, whose ts_event is that of an order long before
   */
  wantsReplayed(view: DataView, at: number, time: bigint): boolean {
    const rtype = view.getUint8(at + 1);
    const list = this.byRtype[rtype];
    if (list === undefined) return false;
    const id = view.getUint32(at + 4, true);
    const ofSnapshot = rtype === MBO && (view.getUint8(at + FLAGS_AT) & Flag.Snapshot) !== 0;
    const counts = ofSnapshot ? time : view.getBigUint64(at + 8, true);
    for (const { ids, start } of list)
      if (start !== undefined && counts >= start && (ids === null || ids.has(id))) return true;
    return false;
  }
}
