/** The head of a DBN stream: the request it answers, and the symbols it maps. The layout differs slightly by version. */
import { SpymasterError } from '../errors';
import {
  LATEST_VERSION,
  SCHEMAS,
  STYPES,
  UNDEF_TIMESTAMP,
  codeOfName,
  nameOfCode,
  symbolBytes,
} from './constants';
import type { DbnVersion, Schema, Stype, UnknownCode } from './constants';
import { readText, viewOf, writeText } from './fields';
import {
  corruptMetadata,
  decodeSymbology,
  encodeSymbology,
  symbologyBytes,
  type Symbology,
} from './symbolMappings';

export interface DbnMetadata extends Symbology {
  version: DbnVersion;
  /** e.g. `GLBX.MDP3`. */
  dataset: string;
  /** `null` in live streams, which mix schemas. */
  schema: Schema | UnknownCode | null;
  /** First time asked for, ns UTC, inclusive. */
  start: bigint;
  /** Last time asked for, ns UTC, exclusive. */
  end: bigint | null;
  /** Largest number of records asked for. */
  limit: bigint | null;
  /** `null` in live streams. */
  stypeIn: Stype | UnknownCode | null;
  stypeOut: Stype | UnknownCode;
  /** Whether records carry the gateway's send time. */
  tsOut: boolean;
}

/** Metadata of a file as Databento delivers it for a request by raw symbol, in the latest version, but for what is given. */
export const fileMetadata = (
  given: Pick<DbnMetadata, 'dataset' | 'schema' | 'start' | 'end' | 'symbols'> & Partial<DbnMetadata>,
): DbnMetadata => ({
  version: LATEST_VERSION,
  limit: null,
  stypeIn: 'raw_symbol',
  stypeOut: 'instrument_id',
  tsOut: false,
  partial: [],
  notFound: [],
  mappings: [],
  ...given,
});

/** What streams start with, as little-endian words: `DBN` before the version, and zstd frames. */
export const DBN_MAGIC = 0x4e4244;
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE_MAGIC = 0x184d2a50;

/** Bytes before the metadata's own length counts: `DBN`, version, length. */
export const PREFIX_BYTES = 8;
/** Fixed part of the metadata in every version. */
const FIXED_BYTES = 100;
/** Behind the fixed part at least: length of a schema definition, and four empty lists. */
const LEAST_BYTES = FIXED_BYTES + 5 * 4;
/** Where the variable part starts. */
const VARIABLE_AT = PREFIX_BYTES + FIXED_BYTES;
const DATASET_BYTES = 16;
const NULL_SCHEMA = 0xffff;
const NULL_STYPE = 0xff;
/** Far above any real request (a million mappings take 154 MB), far below what exhausts memory. */
const MAX_METADATA_BYTES = 2 ** 28;

/**
 * @param head the first bytes of a stream, however few
 * @throws SpymasterError UnsupportedDbn if no DBN stream starts like this
 */
export function checkMagic(head: Uint8Array): void {
  if ([0x44, 0x42, 0x4e].some((byte, k) => k < head.length && head[k] !== byte))
    throw new SpymasterError(
      'UnsupportedDbn',
      'The stream does not start with DBN metadata. A fragment of records alone cannot be read: ' +
        'its version and symbols are unknown. Fetch or save the file with its metadata.',
      { offset: 0, expected: 'bytes "DBN"' },
    );
}

/**
 * Files that were joined byte by byte hold the head of another stream where a record should begin; as a record it would
 * be one of an unknown type.
 * @param head the first bytes of what should be a record, however few
 * @throws SpymasterError UnsupportedDbn if DBN or zstd starts like this
 */
export function checkNoSecondStream(head: Uint8Array, offset: number): void {
  if (head.length < 4) return;
  const magic = viewOf(head).getUint32(0, true);
  const dbn = (magic & 0xff_ffff) === DBN_MAGIC && [1, 2, 3].includes(magic >>> 24);
  if (dbn || magic === ZSTD_MAGIC || (magic & ~0xf) === ZSTD_SKIPPABLE_MAGIC) throw secondStream(offset);
}

/** Files were joined: each has metadata of its own, and none may be read by that of another. */
export const secondStream = (offset: number) =>
  new SpymasterError(
    'UnsupportedDbn',
    `A second stream starts at byte ${offset}: files were joined. Take them apart there and read them one by one.`,
    { offset, expected: 'one DBN stream in a file' },
  );

/**
 * Version and size of the metadata, from its first 8 bytes.
 * @param limit the longest metadata that the stream can hold, bytes
 * @returns `bytes`: where the first record starts
 * @throws SpymasterError UnsupportedDbn if this is no DBN or a version from the future, CorruptDbn for a
 * length that cannot be
 */
export function readPrefix(
  head: Uint8Array,
  limit: number = MAX_METADATA_BYTES,
): { version: DbnVersion; bytes: number } {
  checkMagic(head);
  const version = head[3];
  if (version !== 1 && version !== 2 && version !== 3)
    throw new SpymasterError('UnsupportedDbn', `DBN version ${version} is not known; versions 1 to 3 are.`, {
      offset: 3,
      field: 'version',
    });
  const length = viewOf(head).getUint32(4, true);
  const longest = Math.min(limit, MAX_METADATA_BYTES);
  if (length < LEAST_BYTES || length > longest)
    throw corruptMetadata(
      `metadata length ${length} is outside ${LEAST_BYTES} to ${longest}, which a stream of this size can hold`,
      4,
      'length',
    );
  return { version, bytes: PREFIX_BYTES + length };
}

/**
 * Decodes metadata, `bytes` being exactly its prefix and body.
 * @throws SpymasterError naming offset and field
 */
export function decodeMetadata(bytes: Uint8Array): DbnMetadata {
  const { version, bytes: total } = readPrefix(bytes);
  if (bytes.length !== total)
    throw corruptMetadata(`metadata says ${total} bytes but ${bytes.length} were given`, 4, 'length');
  const view = viewOf(bytes);
  const schema = view.getUint16(24, true);
  // Version 1 has a record count here, long unused; later versions drop it and move the fields behind it up.
  const at = version === 1 ? 58 : 50;
  const stypeIn = view.getUint8(at);
  const cstr = version === 1 ? symbolBytes(1) : view.getUint16(at + 3, true);
  if (cstr < symbolBytes(1))
    throw corruptMetadata(
      `symbols of ${cstr} bytes; no version has fewer than ${symbolBytes(1)}`,
      at + 3,
      'symbol_cstr_len',
    );
  const definitionLength = view.getUint32(VARIABLE_AT, true);
  if (definitionLength !== 0)
    throw corruptMetadata(
      'schema definitions are not part of any DBN version',
      VARIABLE_AT,
      'schema_definition_length',
    );
  const { symbology, end } = decodeSymbology(bytes, VARIABLE_AT + 4, cstr);
  for (let k = end; k < total; k++)
    if (bytes[k] !== 0) throw corruptMetadata('bytes behind the last symbol mapping', k, 'mappings');
  const optional = (value: bigint) => (value === 0n || value === UNDEF_TIMESTAMP ? null : value);
  return {
    version,
    dataset: readText(view, 8, DATASET_BYTES),
    schema: schema === NULL_SCHEMA ? null : nameOfCode(SCHEMAS, schema),
    start: view.getBigUint64(26, true),
    end: optional(view.getBigUint64(34, true)),
    limit: optional(view.getBigUint64(42, true)),
    stypeIn: stypeIn === NULL_STYPE ? null : nameOfCode(STYPES, stypeIn),
    stypeOut: nameOfCode(STYPES, view.getUint8(at + 1)),
    tsOut: view.getUint8(at + 2) !== 0,
    ...symbology,
  };
}

/**
 * Encodes metadata in the form of its own version.
 * @throws SpymasterError BadArgument for a symbol that is too long for the version or not ASCII, or an
 * impossible date
 */
export function encodeMetadata(metadata: DbnMetadata): Uint8Array {
  const { version } = metadata;
  const cstr = symbolBytes(version);
  const used = VARIABLE_AT + 4 + symbologyBytes(metadata, cstr);
  const out = new Uint8Array(version === 3 ? Math.ceil(used / 8) * 8 : used);
  const view = viewOf(out);
  out.set([0x44, 0x42, 0x4e, version]);
  view.setUint32(4, out.length - PREFIX_BYTES, true);
  writeText(view, 8, DATASET_BYTES, metadata.dataset);
  view.setUint16(24, metadata.schema === null ? NULL_SCHEMA : codeOfName(SCHEMAS, metadata.schema), true);
  view.setBigUint64(26, metadata.start, true);
  view.setBigUint64(34, metadata.end ?? UNDEF_TIMESTAMP, true);
  view.setBigUint64(42, metadata.limit ?? 0n, true);
  if (version === 1) view.setBigUint64(50, UNDEF_TIMESTAMP, true);
  const at = version === 1 ? 58 : 50;
  view.setUint8(at, metadata.stypeIn === null ? NULL_STYPE : codeOfName(STYPES, metadata.stypeIn));
  view.setUint8(at + 1, codeOfName(STYPES, metadata.stypeOut));
  view.setUint8(at + 2, metadata.tsOut ? 1 : 0);
  if (version !== 1) view.setUint16(at + 3, cstr, true);
  encodeSymbology(metadata, out, VARIABLE_AT + 4, cstr);
  return out;
}
