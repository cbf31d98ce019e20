/** Answers and files of the historical service, onto the disk: a file has its name once it is whole. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SpymasterError } from '../../../graph/errors';
import type { BatchFile, DataRequest, HistoricalClient } from './historicalClient';

export interface DownloadOptions {
  signal?: AbortSignal;
  /** Told how many bytes have come: more of them, or fewer when it begins anew. */
  onBytes?: (more: number) => void;
}

/** What the bytes of a file are kept under until it is whole. */
export const partOf = (path: string): string => `${path}.part`;

/**
 * Buys the records of a request into a file. What breaks off is begun anew: the service does not tell where in an answer to go on.
 * @param verify reads the file before it gets its name
 * @throws SpymasterError as the client's requests, and as `verify`; nothing is left then
 */
export async function downloadRange(
  client: HistoricalClient,
  request: DataRequest,
  path: string,
  { signal, onBytes, verify }: DownloadOptions & { verify?: (part: string) => Promise<void> } = {},
): Promise<void> {
  const part = partOf(path);
  await mkdir(dirname(path), { recursive: true });
  try {
    await client.getRange(request, (response) => writeTo(part, 0, response, null, onBytes), signal);
    await verify?.(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * Downloads a file of a batch job, from where an earlier download of it broke off, and checks its digest. One that is there and right is
 * left alone.
 * @throws SpymasterError as the client's requests (what has come is kept for the next time); CorruptDbn if the file is another than
 * was announced, twice
 */
export async function downloadFile(
  client: HistoricalClient,
  file: BatchFile,
  path: string,
  { signal, onBytes }: DownloadOptions = {},
): Promise<void> {
  const part = partOf(path);
  await mkdir(dirname(path), { recursive: true });
  if ((await sizeOf(path)) === file.size && (await digestOf(path)).digest('hex') === expected(file)) {
    onBytes?.(file.size);
    return;
  }
  for (let attempt = 0; attempt < 2; attempt++) {
    const digest = await fetchRest(client, file, part, { signal, onBytes });
    if (digest === expected(file)) {
      await rename(part, path);
      return;
    }
    onBytes?.(-(await sizeOf(part)));
    await rm(part, { force: true });
  }
  throw new SpymasterError('CorruptDbn', `${file.filename} is not what was announced: its sha256 differs`, {
    file: path,
    expected: file.hash,
  });
}

/** Completes what there is of a file. @returns its digest */
async function fetchRest(
  client: HistoricalClient,
  file: BatchFile,
  part: string,
  { signal, onBytes }: DownloadOptions,
): Promise<string> {
  if ((await sizeOf(part)) > file.size) await rm(part);
  onBytes?.(await sizeOf(part));
  for (let before = -1; (await sizeOf(part)) < file.size;) {
    try {
      const from = () => sizeOf(part);
      // A server that knows no ranges sends all of it.
      await client.http.open({ method: file.urls.https, from, signal }, async (response, asked) =>
        writeTo(part, response.status === 206 ? asked : 0, response, file.size, onBytes),
      );
    } catch (error) {
      // As long as something comes each time, it will be whole.
      const size = await sizeOf(part);
      if (!(error instanceof SpymasterError) || !error.retryable || size <= before) throw error;
      before = size;
    }
  }
  return (await digestOf(part)).digest('hex');
}

/**
 * Writes an answer into a file from `at` on.
 * @param size of the whole file; null where nobody knows
 */
async function writeTo(
  path: string,
  at: number,
  response: Response,
  size: number | null,
  onBytes?: (more: number) => void,
): Promise<void> {
  const file = await open(path, at > 0 ? 'r+' : 'w');
  let written = 0;
  try {
    await file.truncate(at);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      if (size !== null && at + written + chunk.length > size)
        throw new SpymasterError('CorruptDbn', `${path} would be longer than was announced`, { file: path });
      await file.write(chunk, 0, chunk.length, at + written);
      written += chunk.length;
      onBytes?.(chunk.length);
    }
    await file.sync();
  } catch (error) {
    if (size === null) onBytes?.(-written);
    throw error;
  } finally {
    await file.close();
  }
}

const expected = ({ hash }: BatchFile): string => hash.replace(/^sha256:/, '').toLowerCase();

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function digestOf(path: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash;
}
