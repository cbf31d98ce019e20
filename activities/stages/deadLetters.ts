/** The records of a contract-date that cannot be used, each with its place and bytes, on their way into `bronze.dead_letters`. */
import type { TableBatch } from '../../graph/datasets/schema';
import { encodeMbo, MBO_BYTES } from '../../graph/dbn/mboCodec';
import { deadLetterRows, type LetterType } from '../../graph/records/deadLettersTable';
import { definedTime } from '../../graph/records/recordColumns';
import type { MboBatch } from '../../graph/records/mbo';
import { DEAD_LETTERS, faultOf, type DeadLetterReason } from '../../graph/records/validate';
import type { Place } from './rawRuns';

/** What a letter says of its record beside the bytes. */
interface SetAside {
  /** ns UTC. */
  readonly tsRecv: bigint;
  readonly instrumentId: number;
}

export class DeadLetters {
  private placeOf: (row: number) => Place = () => ({ source: '', offset: 0 });
  private readonly rows = deadLetterRows();

  /** @param tickNanos the contract's tick, 1e-9 */
  constructor(private readonly tickNanos: number) {}

  /** Says where the records of the next batch lie. */
  place(placeOf: (row: number) => Place): void {
    this.placeOf = placeOf;
  }

  /** @param kept rows of `bronze.mbo` that arrived before record `i` of the batch */
  add(batch: MboBatch, i: number, reason: DeadLetterReason, kept: number): void {
    const bytes = new Uint8Array(MBO_BYTES);
    encodeMbo(batch, i, i + 1, bytes, 0);
    const record = { tsRecv: batch.tsRecv[i], instrumentId: batch.instrumentId[i] };
    this.push('mbo', record, bytes, this.placeOf(i), reason, kept);
  }

  /**
   * Sets aside a record about options.
   * @param bytes the record in DBN version 3
   */
  addRecord(
    recordType: LetterType,
    record: SetAside,
    bytes: Uint8Array,
    place: Place,
    reason: DeadLetterReason,
  ): void {
    this.push(recordType, record, bytes, place, reason, null);
  }

  take(): TableBatch {
    return this.rows.take();
  }

  private push(
    recordType: LetterType,
    { tsRecv, instrumentId }: SetAside,
    bytes: Uint8Array,
    { source, offset }: Place,
    reason: DeadLetterReason,
    position: number | null,
  ): void {
    this.rows.push({
      reason,
      ...faultOf(reason, this.tickNanos),
      detail: DEAD_LETTERS[reason],
      source,
      byteOffset: BigInt(offset),
      recordType,
      position,
      tsRecv: definedTime(tsRecv),
      instrumentId: BigInt(instrumentId),
      bytes,
      foundAt: BigInt(Date.now()) * 1_000_000n,
    });
  }
}
