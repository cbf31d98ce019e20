/** Raw files: plain DBN, zstd-compressed DBN and legacy DBZ, read as a stream of bounded memory. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { DbnDecoder } from '../../graph/dbn/decoder';
import type { DbnSink } from '../../graph/dbn/decoder';
import { SKIPPABLE_HEADER_BYTES, decodeDbz, isDbz } from '../../graph/dbn/dbz';
import { secondStream, type DbnMetadata } from '../../graph/dbn/metadata';
import type { RecordType } from '../../graph/dbn/records';
import { SpymasterError } from '../../graph/errors';
import { ZstdReader, decompress, isZstd } from './zstd';

export interface DbnFileSink extends DbnSink {
  /** Awaited between chunks: the reader waits for a slow consumer instead of filling memory. */
  drain?(): Promise<void> | void;
}

export interface ReadDbnOptions {
  /** Stops the reading with `Cancelled`. */
  signal?: AbortSignal;
  /** Bytes of the file read so far, and its size. */
  onBytes?(read: number, total: number): void;
  /**
   * Accept a file that breaks off, as a live capture does; everything before is handed over and `truncated`
   * says so.
   */
  acceptTruncated?: boolean;
}

export interface DbnSummary {
  metadata: DbnMetadata;
  encoding: 'plain' | 'zstd' | 'dbz';
  /** Records of known types, and how many of each. */
  records: number;
  byType: Partial<Record<RecordType, number>>;
  /** Records of unknown types, skipped. */
  unknown: number;
  /** Size of the file. */
  fileBytes: number;
  /** Size of the decompressed stream, as far as it was read. */
  streamBytes: number;
  /** Whether the file broke off and that was accepted. */
  truncated: boolean;
  /** Bytes left over: of the record and of the compressed block in which it broke off. */
  leftBytes: number;
  /** zstd frames without a checksum, in which damage may go unnoticed. */
  uncheckedFrames: number;
}

/** Far above the metadata of any DBZ file, an old format of small requests. */
const MAX_DBZ_METADATA_BYTES = 1 << 26;
/** Symbols lie in fields of zeros and shrink a hundredfold, no further; small files may have some megabytes of them. */
const mostMetadata = (compressedBytes: number) => Math.max(1 << 22, 256 * compressedBytes);
/** Bytes read from the disk at a time; a multiple of 8, which keeps records on word boundaries. */
const CHUNK_BYTES = 1 << 19;

/**
 * Reads a DBN file from end to end into `sink`.
 *
 * @throws SpymasterError naming file and byte offset: `UnsupportedDbn` (no DBN, or a fragment without
 * metadata, or files joined byte by byte), `CorruptDbn`, `TruncatedDbn`, `Cancelled`, `NoInput` if the file cannot be read.
 * Offsets count in the decompressed stream, except for damage of the compression itself and for a second file's beginning.
 */
export async function readDbn(
  path: string,
  sink: DbnFileSink,
  options: ReadDbnOptions = {},
): Promise<DbnSummary> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await readOpen(file, sink, options);
  } catch (error) {
    throw located(error, path);
  } finally {
    await file?.close();
  }
}

/** The failure with its file named; what a sink threw stays as it is. */
function located(error: unknown, path: string): unknown {
  if (error instanceof SpymasterError && error.details.file === undefined) {
    const details = { file: path, ...error.details };
    return new SpymasterError(error.code, `${path}: ${error.message}`, details, { cause: error });
  }
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'open' || syscall === 'read')
    return new SpymasterError('NoInput', `Cannot read ${path}: ${message}`, { file: path }, { cause: error });
  return error;
}

async function readOpen(file: FileHandle, sink: DbnFileSink, options: ReadDbnOptions): Promise<DbnSummary> {
  const fileBytes = (await file.stat()).size;
  const head = await readFully(file, 0, Math.min(fileBytes, SKIPPABLE_HEADER_BYTES + 4));
  if (head.length === 0) throw new SpymasterError('TruncatedDbn', 'The file is empty.', { offset: 0 });
  const dbz = isDbz(head) ? await readDbzFrame(file, head, fileBytes) : null;
  const start = dbz ? dbz.bytes : 0;
  const { acceptTruncated } = options;
  const compressed = dbz !== null || isZstd(head);
  const decoder = new DbnDecoder(sink, {
    acceptTruncated,
    metadata: dbz?.metadata,
    maxMetadataBytes: compressed ? mostMetadata(fileBytes) : undefined,
  });
  const decode = (work: () => void) => {
    try {
      work();
    } catch (error) {
      // Files that were joined are taken apart where the second begins in the file.
      const joined =
        zstd && error instanceof SpymasterError && error.message === secondStream(decoder.position).message;
      throw joined ? secondStream(zstd.frameAt(decoder.position)) : error;
    }
  };
  const zstd: ZstdReader | null = compressed
    ? new ZstdReader((bytes) => decode(() => decoder.push(bytes)), start)
    : null;

  const chunks = readChunks(file, start, () => (zstd ? 0 : -decoder.position & 7), options.signal);
  let read = start;
  for await (const chunk of chunks) {
    if (zstd) {
      for (let at = 0; at < chunk.length;) {
        at = zstd.push(chunk, at);
        await sink.drain?.();
      }
    } else {
      decoder.push(chunk);
      await sink.drain?.();
    }
    read += chunk.length;
    options.onBytes?.(read, fileBytes);
  }

  let truncated = false;
  try {
    zstd?.end();
  } catch (error) {
    if (!acceptTruncated || decoder.metadata === null) throw error;
    truncated = true;
  }
  decode(() => decoder.end());
  return {
    metadata: decoder.metadata!,
    encoding: dbz ? 'dbz' : zstd ? 'zstd' : 'plain',
    records: decoder.records,
    byType: decoder.byType,
    unknown: decoder.unknown,
    fileBytes,
    streamBytes: decoder.position,
    truncated: truncated || decoder.truncatedBytes > 0,
    leftBytes: decoder.truncatedBytes + (zstd?.brokenBytes ?? 0),
    uncheckedFrames: zstd?.uncheckedFrames ?? 0,
  };
}

/**
 * The file from `start` on, chunk by chunk; the next one is read from the disk while the present one is
 * worked on.
 * @param alignment how many bytes past a word boundary the next chunk should lie in memory
 */
async function* readChunks(
  file: FileHandle,
  start: number,
  alignment: () => number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(CHUNK_BYTES + 8), new Uint8Array(CHUNK_BYTES + 8)];
  let position = start;
  const readNext = async (turn: number, shift: number) => {
    const { bytesRead } = await file.read(buffers[turn], shift, CHUNK_BYTES, position);
    position += bytesRead;
    return buffers[turn].subarray(shift, shift + bytesRead);
  };
  let pending = readNext(0, 0);
  try {
    for (let turn = 1; ; turn = 1 - turn) {
      if (signal?.aborted)
        throw new SpymasterError('Cancelled', 'Reading was cancelled.', {}, { cause: signal.reason });
      const chunk = await pending;
      if (chunk.length === 0) return;
      pending = readNext(turn, alignment());
      yield chunk;
    }
  } finally {
    await pending.catch(() => undefined);
  }
}

async function readDbzFrame(file: FileHandle, head: Uint8Array, fileBytes: number) {
  const bytes = SKIPPABLE_HEADER_BYTES + new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  if (bytes > fileBytes)
    throw new SpymasterError(
      'TruncatedDbn',
      `The DBZ metadata takes ${bytes} bytes, the file has ${fileBytes}.`,
      {
        offset: fileBytes,
      },
    );
  if (bytes > MAX_DBZ_METADATA_BYTES)
    throw new SpymasterError('CorruptDbn', `DBZ metadata of ${bytes} bytes.`, { offset: 4, field: 'length' });
  const frame = await readFully(file, 0, bytes);
  const { metadata } = decodeDbz(frame, (body) =>
    decompress(body, Math.min(MAX_DBZ_METADATA_BYTES, mostMetadata(bytes)), bytes - body.length),
  );
  return { metadata, bytes };
}

async function readFully(file: FileHandle, position: number, bytes: number): Promise<Uint8Array> {
  const out = new Uint8Array(bytes);
  let at = 0;
  while (at < bytes) {
    const { bytesRead } = await file.read(out, at, bytes - at, position + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return out.subarray(0, at);
}
