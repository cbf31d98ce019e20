/** The head of a DBN stream: the request it answers, and the symbols it maps. The layout differs slightly by version. */
import { SpymasterError } from '../errors';
import { LATEST_VERSION, SCHEMAS, STYPES, UNDEF_TIMESTAMP, symbolBytes } from './constants';
import type { DbnVersion, Schema, Stype } from './constants';
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
  schema: Schema | null;
  /** First time asked for, ns UTC, inclusive. */
  start: bigint;
  /** Last time asked for, ns UTC, exclusive. */
  end: bigint | null;
  /** Largest number of records asked for. */
  limit: bigint | null;
  /** `null` in live streams. */
  stypeIn: Stype | null;
  stypeOut: Stype;
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

/** Bytes before the metadata's own length counts: `DBN`, version, length. */
export const PREFIX_BYTES = 8;
/** Fixed part of the metadata in every version. */
const FIXED_BYTES = 100;
/** Where the variable part starts. */
const VARIABLE_AT = PREFIX_BYTES + FIXED_BYTES;
const DATASET_BYTES = 16;
const NULL_SCHEMA = 0xffff;
const NULL_STYPE = 0xff;
/** Far above any real request (two million mappings take 310 MB), far below what exhausts memory. */
const MAX_METADATA_BYTES = 2 ** 29;

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
 * Version and size of the metadata, from its first 8 bytes.
 * @returns `bytes`: where the first record starts
 * @throws SpymasterError UnsupportedDbn if this is no DBN or a version from the future, CorruptDbn for a
 * length that cannot be
 */
export function readPrefix(head: Uint8Array): { version: DbnVersion; bytes: number } {
  checkMagic(head);
  const version = head[3];
  if (version !== 1 && version !== 2 && version !== 3)
    throw new SpymasterError('UnsupportedDbn', `DBN version ${version} is not known; versions 1 to 3 are.`, {
      offset: 3,
      field: 'version',
    });
  const length = viewOf(head).getUint32(4, true);
  if (length < FIXED_BYTES || length > MAX_METADATA_BYTES)
    throw corruptMetadata(
      `metadata length ${length} is outside ${FIXED_BYTES} to ${MAX_METADATA_BYTES}`,
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
  if (cstr < 2)
    throw corruptMetadata(`symbols of ${cstr} bytes cannot hold a symbol`, at + 3, 'symbol_cstr_len');
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
    schema: schema === NULL_SCHEMA ? null : nameOf(SCHEMAS, schema, 24, 'schema'),
    start: view.getBigUint64(26, true),
    end: optional(view.getBigUint64(34, true)),
    limit: optional(view.getBigUint64(42, true)),
    stypeIn: stypeIn === NULL_STYPE ? null : nameOf(STYPES, stypeIn, at, 'stype_in'),
    stypeOut: nameOf(STYPES, view.getUint8(at + 1), at + 1, 'stype_out'),
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
  view.setUint16(24, metadata.schema === null ? NULL_SCHEMA : SCHEMAS.indexOf(metadata.schema), true);
  view.setBigUint64(26, metadata.start, true);
  view.setBigUint64(34, metadata.end ?? UNDEF_TIMESTAMP, true);
  view.setBigUint64(42, metadata.limit ?? 0n, true);
  if (version === 1) view.setBigUint64(50, UNDEF_TIMESTAMP, true);
  const at = version === 1 ? 58 : 50;
  view.setUint8(at, metadata.stypeIn === null ? NULL_STYPE : STYPES.indexOf(metadata.stypeIn));
  view.setUint8(at + 1, STYPES.indexOf(metadata.stypeOut));
  view.setUint8(at + 2, metadata.tsOut ? 1 : 0);
  if (version !== 1) view.setUint16(at + 3, cstr, true);
  encodeSymbology(metadata, out, VARIABLE_AT + 4, cstr);
  return out;
}

export function nameOf<T>(names: readonly T[], code: number, offset: number, field: string): T {
  if (code >= names.length)
    throw new SpymasterError('UnsupportedDbn', `${field} ${code} is not known to DBN versions 1 to 3.`, {
      offset,
      field,
    });
  return names[code];
}
