/** Whether the books that were asked for have come: a snapshot that broke off cannot be completed by a replay. */
import { RECORDS } from '../../../graph/dbn';
import { layoutOf } from '../../../graph/dbn/records';
import { Flag } from '../../../graph/records/mbo';
import type { Subscription } from '../protocol/subscription';

const MBO = RECORDS.mbo.rtype;
const FLAGS_AT = layoutOf('mbo', 3).offsets.flags;

export class SnapshotProgress {
  /** From the request for snapshots until the first order message behind them. */
  open = false;

  begin(subscriptions: readonly Subscription[]): void {
    if (subscriptions.some(({ snapshot }) => snapshot)) this.open = true;
  }

  /** Takes in the record at `at`. @returns whether it is of a snapshot that was asked for */
  take(bytes: Uint8Array, at: number): boolean {
    if (!this.open || bytes[at + 1] !== MBO) return false;
    this.open = (bytes[at + FLAGS_AT] & Flag.Snapshot) !== 0;
    return this.open;
  }
}
