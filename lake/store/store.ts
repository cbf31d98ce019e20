/**
 * Where a lake's bytes live. The lake asks for no more than a local folder and ADLS Gen2 both give: files that appear
 * complete or not at all, creation that exactly one of many writers wins, listing, ranged reads and atomic renames.
 *
 * Keys are paths below the store's root with `/` between their parts, e.g. `silver/bars/_delta_log/_last_checkpoint`.
 */
export interface StoreEntry {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Last change, ms since the Unix epoch. */
  readonly modified: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Files being written, not yet under their own keys; what stays there belongs to a process that died. */
export const STAGING_FOLDER = '.staging';

export interface Store {
  /** The root, for messages. */
  readonly location: string;

  /** Files at any depth below a folder, sorted by key; with `after`, only those whose key sorts after it. */
  list(folder: string, after?: string): Promise<StoreEntry[]>;

  /** A file's bytes, or `undefined` where there is no such file. */
  read(key: string, range?: ByteRange): Promise<Uint8Array | undefined>;

  /** Creates or replaces a file; readers see the old bytes or the new ones. */
  put(key: string, bytes: Uint8Array): Promise<void>;

  /** Creates a file unless it exists. Of any number of callers, in any number of processes, one gets `true`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;

  /** Moves a file, replacing what stands at `to`, atomically. */
  rename(from: string, to: string): Promise<void>;

  /** Removes a file; one that is already gone is no error. */
  remove(key: string): Promise<void>;

  /** A path on this machine, in the staging folder, under which `name` may be written, to be taken in by `adopt`. */
  stagingPath(name: string): Promise<string>;

  /** Takes a local file written under `stagingPath` into the store; it appears under `key` complete and durable. */
  adopt(localPath: string, key: string): Promise<void>;

  /** A path on this machine from which a stored file can be read. */
  localPath(key: string): Promise<string>;
}
