/** The files of an object store: downloaded into a cache when they are asked for, uploaded and kept there when they are put. */
import { createHash, randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { SpymasterError } from '../../graph/errors';
import type { FileCache } from './fileCache';
import type { FileSpace } from './fileSpace';

/** What tells one content of a file from another. */
export interface FileTag {
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** Whole files of an object store. */
export interface RemoteFiles {
  readonly location: string;

  /** Undefined where there is no such file. */
  tagOf(key: string): Promise<FileTag | undefined>;

  /** Writes a file's bytes to a path, all of the same content. Undefined where there is no such file. */
  download(key: string, path: string): Promise<FileTag | undefined>;

  /** Creates or replaces a file. */
  upload(path: string, key: string): Promise<FileTag>;
}

/** Data files are called by a name that is drawn for each: what has been read of one is true for good. */
const WRITTEN_ONCE = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[^/]*\.parquet$/;
const ALL = 'once';

export class CachedFileSpace implements FileSpace {
  readonly folder: string;
  readonly fetches = true;
  private readonly store: string;
  /** Files that are on their way, by key: those who ask for one meanwhile wait for the same. */
  private readonly coming = new Map<string, Promise<string>>();

  constructor(
    private readonly remote: RemoteFiles,
    private readonly cache: FileCache,
  ) {
    // A name of its own: nothing of the address may look like a partition's folder.
    this.store = createHash('sha256').update(remote.location).digest('hex').slice(0, 16);
    this.folder = cache.pathOf(this.store);
  }

  pathOf(key: string): Promise<string> {
    let path = this.coming.get(key);
    if (!path) {
      path = this.fetch(key).finally(() => this.coming.delete(key));
      this.coming.set(key, path);
    }
    return path;
  }

  stage(name: string): Promise<string> {
    return this.cache.stage(name);
  }

  async put(staged: string, key: string): Promise<void> {
    await stat(staged).catch((cause: unknown) => {
      throw new SpymasterError('StoreUnavailable', 'a file was not written', { file: staged }, { cause });
    });
    const tag = await this.remote.upload(staged, key);
    // It is read next.
    await this.cache.take(staged, this.nameOf(key, tag));
  }

  async discard(staged: string): Promise<void> {
    await rm(staged, { force: true });
  }

  private async fetch(key: string): Promise<string> {
    const once = WRITTEN_ONCE.test(key);
    const expected = once ? undefined : await this.remote.tagOf(key);
    const name = this.nameOf(key, expected);
    if ((once || expected) && (await this.cache.use(name))) return this.cache.pathOf(name);
    const staged = await this.cache.stage(randomUUID());
    try {
      const tag = await this.remote.download(key, staged);
      // Where nothing is, as in a folder; whoever reads there finds that.
      if (!tag) return this.cache.pathOf(name);
      const taken = this.nameOf(key, tag);
      await this.cache.take(staged, taken);
      return this.cache.pathOf(taken);
    } finally {
      await this.discard(staged);
    }
  }

  private nameOf(key: string, tag: FileTag | undefined): string {
    const content = WRITTEN_ONCE.test(key) ? ALL : (tag?.etag.replaceAll(/[^A-Za-z0-9]/g, '') ?? 'absent');
    return `${this.store}/${content}/${key}`;
  }
}
