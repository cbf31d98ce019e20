/** What came from the hub and cannot be used, on its way into `bronze.dead_letters`: each event with its place and bytes. */
import type { DeadLetter, LetterType } from '../../graph/records/deadLettersTable';
import { DEAD_LETTERS, faultOf, type DeadLetterReason } from '../../graph/records/validate';
import { definedTime } from '../../graph/records/recordColumns';
import type { Place } from '../../activities/stages/rawRuns';
import type { PlacedEvent } from './placed';

/** The lanes of a session: what it takes from the hub, each in the order of its sequence numbers. */
export type LaneName = 'contract' | 'options' | 'aside';

/** Letters of a lane in the order of their places. */
export type LettersByLane = ReadonlyMap<LaneName, readonly DeadLetter[]>;

/** What a letter says of a record beside the bytes. */
interface Said {
  readonly recordType: LetterType;
  /** ns UTC. */
  readonly tsRecv: bigint;
  readonly instrumentId: number;
}

export const RAW_HUB = 'mbo_raw';

/** Where the records of an event lie. */
export const placeOf = ({ partition, sequence }: Pick<PlacedEvent, 'partition' | 'sequence'>): Place => ({
  source: `${RAW_HUB}/${partition}`,
  offset: sequence,
});

export class HubLetters {
  private waiting = new Map<LaneName, DeadLetter[]>();

  add(
    lane: LaneName,
    event: Pick<PlacedEvent, 'partition' | 'sequence'>,
    reason: DeadLetterReason,
    bytes: Uint8Array,
    { detail = DEAD_LETTERS[reason], said }: { detail?: string; said?: Said } = {},
  ): void {
    const { source, offset } = placeOf(event);
    const letters = this.waiting.get(lane) ?? [];
    this.waiting.set(lane, letters);
    letters.push({
      reason,
      ...faultOf(reason, 0),
      detail,
      source,
      byteOffset: BigInt(offset),
      recordType: said?.recordType ?? 'event',
      position: null,
      tsRecv: said ? definedTime(said.tsRecv) : null,
      instrumentId: said ? BigInt(said.instrumentId) : null,
      bytes: bytes.slice(),
      foundAt: BigInt(Date.now()) * 1_000_000n,
    });
  }

  /** Letters since they were taken last. */
  take(): LettersByLane {
    const { waiting } = this;
    this.waiting = new Map();
    return waiting;
  }
}
