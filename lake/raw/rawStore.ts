/**
 * Raw files in the lake, by digest: `raw/04/04597c54....dbn.zst` and, beside it, what it covers. A file is in the lake
 * once its entry is; the entry is written last.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import type { Products } from '../../graph/products/catalog';
import type { FileSpace } from '../store/fileSpace';
import type { Store } from '../store/store';
import { RawCatalog, rawFileSchema, type RawFile } from './registry';
import { isCountedAs, surveyDbn } from './survey';

const ROOT = 'raw';

interface ImportOptions {
  signal?: AbortSignal;
  /** Bytes of the file read so far, of the bytes to read in all (it is read more than once). */
  onBytes?(read: number, total: number): void;
}

interface ImportResult {
  /** `known`: the same bytes are already here. */
  status: 'imported' | 'known';
  file: RawFile;
}

export class RawStore {
  /** Entries change only with the products, so they are read once. */
  private readonly entries = new Map<string, RawFile>();

  /** @param products those whose contracts and trade dates count */
  constructor(
    private readonly store: Store,
    private readonly space: FileSpace,
    private readonly products: Products,
  ) {}

  /** Every raw file, by the time it starts. */
  async list(): Promise<RawFile[]> {
    const listed = (await this.store.list(ROOT)).filter(({ key }) => key.endsWith('.json'));
    const files = await Promise.all(listed.map(({ key }) => this.readEntry(key)));
    return files
      .filter((file) => file !== undefined)
      .sort((a, b) => Number(a.start - b.start) || (a.digest < b.digest ? -1 : 1));
  }

  /** What the raw files cover, by the products of now: files that others counted otherwise are read again. */
  async catalog(): Promise<RawCatalog> {
    const files: RawFile[] = [];
    for (const file of await this.list())
      files.push(isCountedAs(file.coverage, this.products) ? file : await this.surveyAgain(file));
    return new RawCatalog(files, this.products);
  }

  private async surveyAgain(file: RawFile): Promise<RawFile> {
    const { coverage } = await surveyDbn(await this.localPath(file), this.products);
    const again = { ...file, coverage };
    const key = entryKey(file.digest);
    await this.store.put(key, encode(again));
    this.entries.set(key, again);
    return again;
  }

  /** A path on this machine from which a raw file can be read. */
  localPath({ digest, extension }: RawFile): Promise<string> {
    return this.space.pathOf(dataKey(digest, extension));
  }

  /**
   * Takes a DBN file into the lake: reads and verifies a copy of it, and keeps that under its digest.
   * @throws SpymasterError `NoInput`, `UnsupportedDbn`, `CorruptDbn`, `TruncatedDbn`, `Cancelled`; nothing is kept then
   */
  async import(path: string, options: ImportOptions = {}): Promise<ImportResult> {
    const { signal } = options;
    const size = await sizeOf(path);
    // Read for its digest, read again as a copy, and decoded.
    const step = (done: number) => (read: number) => options.onBytes?.(done * size + read, 3 * size);
    const digest = await digestOf(path, step(0), signal);
    const known = await this.readEntry(entryKey(digest));
    if (known) return { status: 'known', file: known };

    const extension = extensionOf(path);
    const copy = await this.space.stage(`${randomUUID()}${extension}`);
    try {
      await copyFile(path, copy, constants.COPYFILE_FICLONE);
      if ((await digestOf(copy, step(1), signal)) !== digest)
        throw new SpymasterError('NoInput', `${path} changed while it was read`, { file: path });
      const { summary, coverage } = await surveyDbn(copy, this.products, { signal, onBytes: step(2) }).catch(
        (error: unknown) => {
          throw renamed(error, copy, path);
        },
      );
      const { metadata } = summary;
      const file: RawFile = {
        digest,
        name: basename(path),
        extension,
        bytes: size,
        importedAt: new Date().toISOString(),
        encoding: summary.encoding,
        version: metadata.version,
        dataset: metadata.dataset,
        schema: metadata.schema,
        start: metadata.start,
        end: metadata.end,
        records: summary.records,
        byType: summary.byType as Record<string, number>,
        unknown: summary.unknown,
        coverage,
      };
      await this.space.put(copy, dataKey(digest, extension));
      await this.store.putIfAbsent(entryKey(digest), encode(file));
      return { status: 'imported', file: (await this.readEntry(entryKey(digest))) ?? file };
    } finally {
      await this.space.discard(copy);
    }
  }

  private async readEntry(key: string): Promise<RawFile | undefined> {
    const cached = this.entries.get(key);
    if (cached) return cached;
    const bytes = await this.store.read(key);
    if (!bytes) return undefined;
    const parsed = rawFileSchema.safeParse(parseJson(bytes));
    if (!parsed.success)
      throw new SpymasterError(
        'CorruptTable',
        'an entry of the raw registry is damaged; remove it and import again',
        {
          file: `${this.store.location}/${key}`,
          field: parsed.error.issues[0].path.join('.'),
          expected: parsed.error.issues[0].message,
        },
      );
    this.entries.set(key, parsed.data);
    return parsed.data;
  }
}

const folderOf = (digest: string) => `${ROOT}/${digest.slice(0, 2)}/${digest}`;
const dataKey = (digest: string, extension: string) => folderOf(digest) + extension;
const entryKey = (digest: string) => `${folderOf(digest)}.json`;

/** `.dbn`, `.dbn.zst`, `.dbz`; whatever a file is called, it must not end like an entry. */
function extensionOf(path: string): string {
  return /\.(dbn|dbz)(\.zst|\.zstd)?$/i.exec(basename(path))?.[0].toLowerCase() ?? '.dbn';
}

const encode = (file: RawFile): Uint8Array =>
  new TextEncoder().encode(
    `${JSON.stringify(file, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 1)}\n`,
  );

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new SpymasterError('NoInput', `cannot open ${path}`, { file: path }, { cause });
  });
  if (!info.isFile()) throw new SpymasterError('NoInput', `${path} is not a file`, { file: path });
  return info.size;
}

async function digestOf(path: string, onRead: (read: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (signal?.aborted) throw new SpymasterError('Cancelled', 'cancelled', { file: path });
    hash.update(chunk);
    onRead((read += chunk.length));
  }
  return hash.digest('hex');
}

/** A failure of the copy as one of the file the user named. */
function renamed(error: unknown, copy: string, path: string): unknown {
  if (!(error instanceof SpymasterError)) return error;
  const message = error.message.replaceAll(copy, path);
  return new SpymasterError(error.code, message, { ...error.details, file: path }, { cause: error });
}
