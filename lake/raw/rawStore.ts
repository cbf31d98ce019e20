/**
 * Raw files in the lake, by digest: `raw/04/04597c54....dbn.zst` and, beside it, what it covers. A file is in the lake
 * once its entry is; the entry is written last.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import type { Products } from '../../graph/products/catalog';
import type { FileSpace } from '../store/fileSpace';
import type { Store } from '../store/store';
import { DroppedFiles } from './droppedFiles';
import { jsonBytes, parseJson } from './json';
import { dataKey, entryKey, ROOT } from './keys';
import type { MergeInput } from './merge/recordStream';
import { OverlapCounts } from './overlapCounts';
import { RawCatalog, rawFileSchema, type RawFile } from './registry';
import { isCountedAs, surveyDbn } from './survey';

/** Digits of a digest that name a file. */
const SHORTEST_REFERENCE = 6;

interface ImportOptions {
  signal?: AbortSignal;
  /** Bytes of the file read so far, of the bytes to read in all (it is read more than once). */
  onBytes?(read: number, total: number): void;
  /** Take a file that breaks off, as a live capture does, as far as its last whole record. */
  acceptTruncated?: boolean;
}

interface ImportResult {
  /** `known`: the same bytes are already here; `healed`: they were, but damaged or lost, and are whole again. */
  status: 'imported' | 'known' | 'healed';
  file: RawFile;
}

export class RawStore {
  /** Entries change only with the products, so they are read once. */
  private readonly entries = new Map<string, RawFile>();
  private readonly overlapCounts: OverlapCounts;
  private readonly droppedFiles: DroppedFiles;

  /** @param products those whose contracts and trade dates count */
  constructor(
    private readonly store: Store,
    private readonly space: FileSpace,
    private readonly products: Products,
  ) {
    this.droppedFiles = new DroppedFiles(store);
    this.overlapCounts = new OverlapCounts(store, products, (file) => this.mergeInputOf(file));
  }

  /** Every raw file, by the time it starts. */
  async list(): Promise<RawFile[]> {
    const listed = (await this.store.list(ROOT)).filter(({ key }) => key.endsWith('.json'));
    const files = await Promise.all(listed.map(({ key }) => this.readEntry(key)));
    return files
      .filter((file) => file !== undefined)
      .sort((a, b) => Number(a.start - b.start) || (a.digest < b.digest ? -1 : 1));
  }

  /**
   * What the raw files cover, by the present products: files that were counted by others are read again, and so are files found to
   * overlap for the first time.
   * @param used as if these were the files in use
   * @throws SpymasterError as `readDbn` does, if one of these cannot be read, with what to do about it
   */
  async catalog(used?: readonly RawFile[]): Promise<RawCatalog> {
    try {
      return await this.countedCatalog(used);
    } catch (error) {
      throw advised(error);
    }
  }

  private async countedCatalog(used?: readonly RawFile[]): Promise<RawCatalog> {
    const files: RawFile[] = [];
    for (const file of used ?? (await this.list()))
      files.push(isCountedAs(file.coverage, this.products) ? file : await this.surveyAgain(file));
    const catalog = new RawCatalog(files, this.products);
    const overlaps = catalog.overlaps();
    const days = await this.overlapCounts.of(overlaps);
    overlaps.forEach((overlap, k) => catalog.learn(overlap, days[k]));
    return catalog;
  }

  /** Files that were dropped. */
  dropped(): Promise<RawFile[]> {
    return this.droppedFiles.list();
  }

  /**
   * The digest of the one file, in use or dropped, that is meant.
   * @param reference beginning of its digest, or its name
   * @throws SpymasterError BadArgument if no file is, or several are
   */
  async resolve(reference: string, kind: 'used' | 'dropped'): Promise<string> {
    const { used, dropped } = await this.droppedFiles.digests();
    const candidates = kind === 'used' ? [...used] : [...dropped].filter((digest) => !used.has(digest));
    let found = candidates.filter((digest) => digest.startsWith(reference.toLowerCase()));
    if (found.length === 0 || reference.length < SHORTEST_REFERENCE) {
      const files = kind === 'used' ? await this.list() : await this.dropped();
      found = files.filter(({ name }) => name === reference).map(({ digest }) => digest);
    }
    if (found.length === 1) return found[0];
    const state = kind === 'used' ? 'in use' : 'dropped';
    const message = found.length > 1 ? `several raw files ${state} are` : `no raw file ${state} is`;
    throw new SpymasterError('BadArgument', `${message} called "${reference}"`, {
      expected:
        found.length > 1
          ? `one of the digests ${found.map((digest) => digest.slice(0, 12)).join(', ')}`
          : 'a digest (6 digits or more) or name of `./spymaster raw list`',
    });
  }

  /**
   * Takes a file out of use; its bytes stay, and `restore` takes it back.
   * @throws SpymasterError NoInput if it is not in use
   */
  async drop(digest: string): Promise<void> {
    await this.droppedFiles.drop(digest);
    this.entries.delete(entryKey(digest));
  }

  /** @throws SpymasterError NoInput if it was not dropped, or its bytes are gone */
  restore(digest: string): Promise<void> {
    return this.droppedFiles.restore(digest);
  }

  /** How a file is read beside others that overlap it. */
  async mergeInputOf(file: RawFile): Promise<MergeInput> {
    const { days } = file.coverage;
    const begins = days.reduce(
      (least, { firstTs }) => (firstTs < least ? firstTs : least),
      days[0]?.firstTs ?? 0n,
    );
    return { path: await this.localPath(file), acceptTruncated: file.leftBytes !== null, begins };
  }

  private async surveyAgain(file: RawFile): Promise<RawFile> {
    const acceptTruncated = file.leftBytes !== null;
    const { coverage } = await surveyDbn(await this.localPath(file), this.products, { acceptTruncated });
    const again = { ...file, coverage };
    const key = entryKey(file.digest);
    await this.store.put(key, jsonBytes(again));
    this.entries.set(key, again);
    return again;
  }

  /** A path on this machine from which a raw file can be read. */
  localPath({ digest, extension }: RawFile): Promise<string> {
    return this.space.pathOf(dataKey(digest, extension));
  }

  /**
   * Takes a DBN file into the lake: reads and verifies a copy of it, and keeps that under its digest. What is here of the same file,
   * but damaged or without its bytes, is made whole.
   * @throws SpymasterError `NoInput`, `UnsupportedDbn`, `CorruptDbn`, `TruncatedDbn`, `Cancelled`, `StoreUnavailable` (a full
   * disk); nothing is kept then
   */
  async import(path: string, options: ImportOptions = {}): Promise<ImportResult> {
    const { signal } = options;
    const size = await sizeOf(path);
    // Read for its digest, read again as a copy (or as what is here), and decoded.
    const step = (done: number) => (read: number) => options.onBytes?.(done * size + read, 3 * size);
    const digest = await digestOf(path, step(0), signal);
    const entry = await this.entryOf(digest);
    if (entry.file && (await this.holds(entry.file, step(1), signal)))
      return { status: 'known', file: entry.file };

    const extension = entry.file?.extension ?? extensionOf(path);
    const copy = await this.space.stage(`${randomUUID()}${extension}`);
    try {
      await copyOf(path, copy);
      if ((await digestOf(copy, step(1), signal)) !== digest)
        throw new SpymasterError('NoInput', `${path} changed while it was read`, { file: path });
      if (entry.file) {
        await this.space.put(copy, dataKey(digest, extension));
        return { status: 'healed', file: entry.file };
      }
      const file = await this.read(
        copy,
        { digest, name: basename(path), extension, bytes: size },
        options,
        step(2),
      );
      await this.keep(copy, file, entry.damaged);
      const kept = (await this.readEntry(entryKey(digest))) ?? file;
      return { status: entry.damaged ? 'healed' : 'imported', file: kept };
    } catch (error) {
      throw renamed(error, copy, path);
    } finally {
      await this.space.discard(copy);
    }
  }

  /** Reads a file from end to end and tells what it is. */
  private async read(
    path: string,
    identity: Pick<RawFile, 'digest' | 'name' | 'extension' | 'bytes'>,
    { signal, acceptTruncated }: ImportOptions,
    onBytes: (read: number) => void,
  ): Promise<RawFile> {
    const { summary, coverage } = await surveyDbn(path, this.products, { signal, acceptTruncated, onBytes });
    const { version, dataset, schema, start, end } = summary.metadata;
    return {
      ...identity,
      importedAt: new Date().toISOString(),
      encoding: summary.encoding,
      version,
      dataset,
      schema,
      start,
      end,
      records: summary.records,
      byType: summary.byType as Record<string, number>,
      unknown: summary.unknown,
      leftBytes: summary.truncated ? summary.leftBytes : null,
      coverage,
    };
  }

  /** Puts a file and its entry into their places, or neither. */
  private async keep(copy: string, file: RawFile, replace: boolean): Promise<void> {
    const [data, entry] = [dataKey(file.digest, file.extension), entryKey(file.digest)];
    await this.space.put(copy, data);
    try {
      if (replace) await this.store.put(entry, jsonBytes(file));
      else await this.store.putIfAbsent(entry, jsonBytes(file));
    } catch (error) {
      // Unless another process has taken the same file in meanwhile.
      if (!replace && (await this.store.read(entry)) === undefined) await this.store.remove(data);
      throw error;
    }
  }

  /** The entry of a digest, or whether there is one that cannot be read. */
  private async entryOf(digest: string): Promise<{ file?: RawFile; damaged: boolean }> {
    try {
      return { file: await this.readEntry(entryKey(digest)), damaged: false };
    } catch (error) {
      if (error instanceof SpymasterError && error.code === 'CorruptTable') return { damaged: true };
      throw error;
    }
  }

  /** Whether the bytes of a file are here and undamaged. */
  private async holds(file: RawFile, onRead: (read: number) => void, signal?: AbortSignal): Promise<boolean> {
    try {
      return (await digestOf(await this.localPath(file), onRead, signal)) === file.digest;
    } catch (error) {
      if (error instanceof SpymasterError && error.code === 'NoInput') return false;
      throw error;
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
        'an entry of the raw registry is damaged; import the file again',
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

/** `.dbn`, `.dbn.zst`, `.dbz`; whatever a file is called, it must not end like an entry. */
function extensionOf(path: string): string {
  return /\.(dbn|dbz)(\.zst|\.zstd)?$/i.exec(basename(path))?.[0].toLowerCase() ?? '.dbn';
}

/** @throws SpymasterError NoInput if it is no file that can be looked at */
async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!info.isFile()) throw new SpymasterError('NoInput', `${path} is not a file`, { file: path });
  return info.size;
}

/** @throws SpymasterError NoInput if it cannot be read, Cancelled */
async function digestOf(path: string, onRead: (read: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal?.aborted) throw new SpymasterError('Cancelled', 'cancelled', { file: path });
      hash.update(chunk);
      onRead((read += chunk.length));
    }
  } catch (error) {
    throw error instanceof SpymasterError ? error : unreadable(path, error);
  }
  return hash.digest('hex');
}

const unreadable = (path: string, cause: unknown) =>
  new SpymasterError(
    'NoInput',
    `cannot read ${path} (${(cause as Error).message})`,
    { file: path },
    { cause },
  );

/** @throws SpymasterError StoreUnavailable where there is no room for it: the file itself has just been read */
async function copyOf(path: string, copy: string): Promise<void> {
  try {
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
    // The mode is copied too, and a file that may not be written cannot be flushed.
    await chmod(copy, 0o644);
  } catch (cause) {
    throw new SpymasterError(
      'StoreUnavailable',
      `could not copy ${path} into the lake (${(cause as Error).message})`,
      { file: path },
      { cause },
    );
  }
}

/** A failure to read a file of the lake, with the two ways out of it. */
function advised(error: unknown): unknown {
  const { file } = error instanceof SpymasterError ? error.details : {};
  const digest = typeof file === 'string' ? /[0-9a-f]{64}/.exec(file)?.[0] : undefined;
  if (!(error instanceof SpymasterError) || digest === undefined || error.code === 'Cancelled') return error;
  const expected = `the file again (\`./spymaster import FILE\`), or nothing of it (\`./spymaster raw drop ${digest.slice(0, 12)}\`)`;
  return new SpymasterError(error.code, error.message, { ...error.details, expected }, { cause: error });
}

/** A failure of the copy as one of the file the user named. */
function renamed(error: unknown, copy: string, path: string): unknown {
  if (!(error instanceof SpymasterError) || error.code === 'StoreUnavailable') return error;
  const message = error.message.replaceAll(copy, path);
  return new SpymasterError(error.code, message, { ...error.details, file: path }, { cause: error });
}
