/**
 * Legacy DBZ, DBN's predecessor: its metadata is a zstd skippable frame, with the symbols compressed inside it,
 * and is followed by an ordinary zstd frame of version 1 records.
 */
import { SpymasterError } from '../errors';
import { SCHEMAS, STYPES, UNDEF_TIMESTAMP, codeOfName, nameOfCode, symbolBytes } from './constants';
import { readText, viewOf, writeText } from './fields';
import type { DbnMetadata } from './metadata';
import { decodeSymbology, encodeSymbology, symbologyBytes } from './symbolMappings';

/**
 * Magic number of a skippable frame, its variants differing in the lowest four bits, and the frame's size.
 */
export const SKIPPABLE_HEADER_BYTES = 8;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** `DBZ` as a little-endian word, behind that header. */
export const DBZ_MAGIC = 0x5a4244;
/** From the skippable frame's header to the compressed symbols. */
const FIXED_BYTES = 96;
const BODY_AT = SKIPPABLE_HEADER_BYTES + FIXED_BYTES;
const COMPRESSION_ZSTD = 1;

interface Dbz {
  metadata: DbnMetadata;
  /** Number of records behind the metadata. */
  recordCount: bigint;
}

/** Whether a file starting with these bytes (at least 11) is DBZ. */
export function isDbz(head: Uint8Array): boolean {
  if (head.length < SKIPPABLE_HEADER_BYTES + 3) return false;
  return (
    (viewOf(head).getUint32(0, true) & ~0xf) === SKIPPABLE_MAGIC &&
    head[8] === 0x44 &&
    head[9] === 0x42 &&
    head[10] === 0x5a
  );
}

/**
 * @param frame the whole skippable frame
 * @param decompress zstd decompression
 * @throws SpymasterError naming offset and field
 */
export function decodeDbz(frame: Uint8Array, decompress: (body: Uint8Array) => Uint8Array): Dbz {
  if (frame.length < BODY_AT)
    throw new SpymasterError(
      'TruncatedDbn',
      `DBZ metadata of ${frame.length} bytes, at least ${BODY_AT} are needed.`,
      {
        offset: frame.length,
      },
    );
  const view = viewOf(frame);
  if (frame[11] !== 1)
    throw new SpymasterError('UnsupportedDbn', `DBZ version ${frame[11]} is not known.`, {
      offset: 11,
      field: 'version',
    });
  const body = decompress(frame.subarray(BODY_AT));
  if (body.length < 4 || viewOf(body).getUint32(0, true) !== 0)
    throw new SpymasterError(
      'CorruptDbn',
      'Corrupt DBZ metadata: it does not start with an empty schema definition.',
      {
        offset: BODY_AT,
        field: 'schema_definition_length',
      },
    );
  const optional = (value: bigint) => (value === 0n || value === UNDEF_TIMESTAMP ? null : value);
  return {
    recordCount: view.getBigUint64(54, true),
    metadata: {
      version: 1,
      dataset: readText(view, 12, 16),
      schema: nameOfCode(SCHEMAS, view.getUint16(28, true)),
      start: view.getBigUint64(30, true),
      end: optional(view.getBigUint64(38, true)),
      limit: optional(view.getBigUint64(46, true)),
      stypeIn: nameOfCode(STYPES, frame[63]),
      stypeOut: nameOfCode(STYPES, frame[64]),
      tsOut: false,
      ...decodeSymbology(body, 4, symbolBytes(1)).symbology,
    },
  };
}

/**
 * The skippable frame that `decodeDbz` reads.
 * @param compress zstd compression
 * @throws SpymasterError BadArgument where DBZ has no room for what the metadata says
 */
export function encodeDbz(
  { metadata, recordCount }: Dbz,
  compress: (body: Uint8Array) => Uint8Array,
): Uint8Array {
  if (metadata.schema === null || metadata.stypeIn === null || metadata.tsOut)
    throw new SpymasterError(
      'BadArgument',
      'DBZ holds one schema, one input symbology and no gateway times.',
    );
  const cstr = symbolBytes(1);
  const body = new Uint8Array(4 + symbologyBytes(metadata, cstr));
  encodeSymbology(metadata, body, 4, cstr);
  const packed = compress(body);
  const out = new Uint8Array(BODY_AT + packed.length);
  const view = viewOf(out);
  view.setUint32(0, SKIPPABLE_MAGIC, true);
  view.setUint32(4, out.length - SKIPPABLE_HEADER_BYTES, true);
  out.set([0x44, 0x42, 0x5a, 1], 8);
  writeText(view, 12, 16, metadata.dataset);
  view.setUint16(28, codeOfName(SCHEMAS, metadata.schema), true);
  view.setBigUint64(30, metadata.start, true);
  view.setBigUint64(38, metadata.end ?? UNDEF_TIMESTAMP, true);
  view.setBigUint64(46, metadata.limit ?? 0n, true);
  view.setBigUint64(54, recordCount, true);
  out[62] = COMPRESSION_ZSTD;
  out[63] = codeOfName(STYPES, metadata.stypeIn);
  out[64] = codeOfName(STYPES, metadata.stypeOut);
  out.set(packed, BODY_AT);
  return out;
}
