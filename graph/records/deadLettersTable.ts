/** `bronze.dead_letters`: records that could not be used; and back from its rows. */
import { bytes, instant, int64, name, TableRows, type Column } from '../datasets/column';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import type { Row, TableContract } from '../datasets/schema';
import { DEAD_LETTER_REASONS, type DeadLetterReason } from './validate';

/** DBN's names of the records that may be set aside; and what came from a hub and cannot be read as a record. */
export const LETTER_TYPES = ['mbo', 'definition', 'trades', 'statistics', 'event'] as const;
export type LetterType = (typeof LETTER_TYPES)[number];

/** A record that could not be used, with everything a replay needs. Times are ns UTC. */
export interface DeadLetter {
  readonly reason: DeadLetterReason;
  readonly field: string | null;
  readonly expected: string | null;
  readonly detail: string | null;
  readonly source: string;
  readonly byteOffset: bigint;
  readonly recordType: LetterType;
  /** Of an order message: where a replay puts it back. Null for other records, which are not put back. */
  readonly position: number | null;
  readonly tsRecv: bigint | null;
  readonly instrumentId: bigint | null;
  readonly bytes: Uint8Array;
  readonly foundAt: bigint;
}

const COLUMNS: readonly Column<DeadLetter>[] = [
  name('reason', {
    meaning: 'Why the record could not be used',
    oneOf: DEAD_LETTER_REASONS,
    value: ({ reason }) => reason,
  }),
  name('field', { meaning: 'The field at fault', nullable: true, value: ({ field }) => field }),
  name('expected', {
    meaning: 'What the field would have to be',
    nullable: true,
    value: ({ expected }) => expected,
  }),
  name('detail', { meaning: 'What was found, in words', nullable: true, value: ({ detail }) => detail }),
  name('source', {
    meaning: 'Digest of the raw file, or the stream and its partition',
    value: ({ source }) => source,
  }),
  int64('byte_offset', {
    unit: 'bytes',
    meaning: 'Place of the record in the decompressed file, or its offset in the stream',
    value: ({ byteOffset }) => byteOffset,
  }),
  int64('position', {
    unit: 'rows',
    meaning:
      'Rows of the same partition of bronze.mbo that arrived before it: where a replay puts it back; null for records that are not put back',
    nullable: true,
    value: ({ position }) => (position === null ? null : BigInt(position)),
  }),
  name('record_type', {
    meaning:
      'What kind of record it is: mbo, an order message, where it says nothing; event: what came from a hub and cannot be read as one',
    nullable: true,
    oneOf: LETTER_TYPES,
    value: ({ recordType }) => recordType,
  }),
  instant('ts_recv', {
    meaning: 'Capture time, as far as the record has one',
    // It may be what is wrong with the record.
    range: {},
    nullable: true,
    value: ({ tsRecv }) => tsRecv,
  }),
  int64('instrument_id', {
    meaning: 'Instrument id, as far as readable',
    nullable: true,
    value: ({ instrumentId }) => instrumentId,
  }),
  bytes('bytes', {
    meaning: 'The record in DBN version 3, e.g. the 56 bytes of an order message; of an event what came',
    value: (letter) => letter.bytes,
  }),
  instant('found_at', { meaning: 'When it was set aside', value: ({ foundAt }) => foundAt }),
];

export const bronzeDeadLetters: TableContract = {
  name: 'bronze.dead_letters',
  description:
    'Records that could not be used, each with its reason, place and bytes. Nothing is dropped silently.',
  version: 2,
  columns: [...COLUMNS, ...PARTITION_COLUMNS],
  partitionBy: PARTITION_BY,
  key: ['contract', 'trade_date', 'source', 'byte_offset'],
};

export const deadLetterRows = () => new TableRows(bronzeDeadLetters, COLUMNS);

export const deadLetterOf = (row: Row): DeadLetter => ({
  reason: row.reason as DeadLetterReason,
  field: row.field as string | null,
  expected: row.expected as string | null,
  detail: row.detail as string | null,
  source: row.source as string,
  byteOffset: row.byte_offset as bigint,
  recordType: (row.record_type as LetterType | null) ?? 'mbo',
  position: row.position === null ? null : Number(row.position),
  tsRecv: row.ts_recv as bigint | null,
  instrumentId: row.instrument_id as bigint | null,
  bytes: row.bytes as Uint8Array,
  foundAt: row.found_at as bigint,
});
