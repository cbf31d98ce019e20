/** The records of a contract-date that cannot be used, each with its place and bytes, on their way into `bronze.dead_letters`. */
import type { TableBatch } from '../../graph/datasets/schema';
import { encodeMbo, MBO_BYTES } from '../../graph/dbn/mboCodec';
import { deadLetterRows, type LetterType } from '../../graph/records/deadLettersTable';
import { definedTime } from '../../graph/records/recordColumns';
import type { MboBatch } from '../../graph/records/mbo';
import { DEAD_LETTERS, faultOf, type DeadLetterReason } from '../../graph/records/validate';
import type { Place } from './rawRuns';

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
    const { source, offset } = this.placeOf(i);
    this.rows.push({
      reason,
      ...faultOf(reason, this.tickNanos),
      detail: DEAD_LETTERS[reason],
      source,
      byteOffset: BigInt(offset),
      recordType: 'mbo',
      position: kept,
      tsRecv: definedTime(batch.tsRecv[i]),
      instrumentId: BigInt(batch.instrumentId[i]),
      bytes,
      foundAt: BigInt(Date.now()) * 1_000_000n,
    });
  }

  /**
   * Sets aside a record about options.
   * @param bytes the record in DBN version 3
   */
  addRecord(
    recordType: LetterType,
    { tsRecv, instrumentId }: { tsRecv: bigint; instrumentId: number },
    bytes: Uint8Array,
    { source, offset }: Place,
    reason: DeadLetterReason,
  ): void {
    this.rows.push({
      reason,
      ...faultOf(reason, this.tickNanos),
      detail: DEAD_LETTERS[reason],
      source,
      byteOffset: BigInt(offset),
      recordType,
      position: null,
      tsRecv: definedTime(tsRecv),
      instrumentId: BigInt(instrumentId),
      bytes,
      foundAt: BigInt(Date.now()) * 1_000_000n,
    });
  }

  take(): TableBatch {
    return this.rows.take();
  }
}
