/**
 * MBO records between their columns in memory and those of `bronze.mbo`.
 *
 * 64-bit unsigned fields keep their bits: Delta knows signed integers only, and order ids of some venues use the top
 * bit. Narrower unsigned fields go to the next wider signed type. Action and side are stored as their letters.
 */
import { MboBatch } from '../../graph/records/mbo';
import { quoteName } from './engine';
import type { RowBlock } from './rowSource';
import { DICTIONARY, type VectorData, type VectorType } from './vectors';

export type MboColumn = keyof typeof COLUMNS;

interface MboColumnRule {
  type: VectorType;
  /** How it is handed over for storing, where that differs. */
  stored?: VectorType;
  array: (batch: MboBatch) => VectorData;
  /** SQL from the vector to the stored column and back. */
  toFile?: (column: string) => string;
  toMemory?: (column: string) => string;
}

const signed = (words: BigUint64Array) => new BigInt64Array(words.buffer, words.byteOffset, words.length);
const widened = (fileType: string, memoryType: string) => ({
  toFile: (column: string) => `${column}::${fileType}`,
  toMemory: (column: string) => `${column}::${memoryType}`,
});
const letter = { toMemory: (column: string) => `ascii(${column})::UTINYINT` };

const COLUMNS = {
  ts_recv: { type: 'int64', array: (b) => signed(b.tsRecv) },
  ts_event: { type: 'int64', array: (b) => signed(b.tsEvent) },
  order_id: { type: 'int64', array: (b) => signed(b.orderId) },
  price: { type: 'int64', array: (b) => b.price },
  size: { type: 'uint32', array: (b) => b.size, ...widened('BIGINT', 'UINTEGER') },
  action: { type: 'uint8', stored: 'action', array: (b) => b.action, ...letter },
  side: { type: 'uint8', stored: 'side', array: (b) => b.side, ...letter },
  flags: { type: 'uint8', array: (b) => b.flags, ...widened('SMALLINT', 'UTINYINT') },
  sequence: { type: 'uint32', array: (b) => b.sequence, ...widened('BIGINT', 'UINTEGER') },
  ts_in_delta: { type: 'int32', array: (b) => b.tsInDelta },
  instrument_id: { type: 'uint32', array: (b) => b.instrumentId, ...widened('BIGINT', 'UINTEGER') },
  publisher_id: { type: 'uint16', array: (b) => b.publisherId, ...widened('INTEGER', 'USMALLINT') },
  channel_id: { type: 'uint8', array: (b) => b.channelId, ...widened('SMALLINT', 'UTINYINT') },
} satisfies Record<string, MboColumnRule>;

export const MBO_COLUMNS = Object.keys(COLUMNS) as MboColumn[];

const rules: Record<MboColumn, MboColumnRule> = COLUMNS;

/** The select list that turns a source of `mboBlock`s into rows of `bronze.mbo`. `rtype` is the same in every row. */
export const MBO_TO_FILE = [
  ...MBO_COLUMNS.map((name) => {
    const column = quoteName(name);
    return rules[name].toFile ? `${rules[name].toFile(column)} AS ${column}` : column;
  }),
  '160::SMALLINT AS rtype',
].join(', ');

/** The select list that turns rows of `bronze.mbo` into vectors `readMboVectors` takes. */
export const mboToMemory = (columns: readonly MboColumn[]): string =>
  columns
    .map((name) => {
      const column = quoteName(name);
      return rules[name].toMemory ? `${rules[name].toMemory(column)} AS ${column}` : column;
    })
    .join(', ');

/** A batch whose actions and sides are dictionary codes (`encodeLetters`) as a source of rows. */
export function mboBlock(batch: MboBatch): RowBlock {
  const columns = MBO_COLUMNS.map((name) => ({
    name,
    type: rules[name].stored ?? rules[name].type,
    data: rules[name].array(batch),
  }));
  return { rowCount: batch.length, columns };
}

/** Dictionary code of each letter, by character code; 255 for bytes the dictionary lacks. */
const codesOf = (letters: string): Uint8Array => {
  const codes = new Uint8Array(256).fill(255);
  for (let code = 0; code < letters.length; code++) codes[letters.charCodeAt(code)] = code;
  return codes;
};
const ACTION_CODES = codesOf(DICTIONARY.action);
const SIDE_CODES = codesOf(DICTIONARY.side);

/**
 * Replaces the letters of actions and sides in rows `[from, to)` by their dictionary codes.
 * @returns the first row with a byte its dictionary lacks, or -1
 */
export function encodeLetters({ action, side }: MboBatch, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const actionCode = ACTION_CODES[action[i]];
    const sideCode = SIDE_CODES[side[i]];
    if ((actionCode | sideCode) === 255) return i;
    action[i] = actionCode;
    side[i] = sideCode;
  }
  return -1;
}

/** The arrays of a batch, in the order of `columns`, with the types its vectors have. */
export const mboTargets = (batch: MboBatch, columns: readonly MboColumn[]) =>
  columns.map((name) => ({ type: rules[name].type, data: rules[name].array(batch) }));

/** Copies rows `[from, to)` of a batch behind the rows of another, which has room for them. */
export function appendMbo(target: MboBatch, source: MboBatch, from: number, to: number): void {
  const at = target.length;
  target.tsRecv.set(source.tsRecv.subarray(from, to), at);
  target.tsEvent.set(source.tsEvent.subarray(from, to), at);
  target.orderId.set(source.orderId.subarray(from, to), at);
  target.price.set(source.price.subarray(from, to), at);
  target.instrumentId.set(source.instrumentId.subarray(from, to), at);
  target.size.set(source.size.subarray(from, to), at);
  target.sequence.set(source.sequence.subarray(from, to), at);
  target.tsInDelta.set(source.tsInDelta.subarray(from, to), at);
  target.publisherId.set(source.publisherId.subarray(from, to), at);
  target.flags.set(source.flags.subarray(from, to), at);
  target.channelId.set(source.channelId.subarray(from, to), at);
  target.action.set(source.action.subarray(from, to), at);
  target.side.set(source.side.subarray(from, to), at);
  target.length = at + to - from;
}
