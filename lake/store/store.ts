/**
 * Where a lake's bytes live, by key. The lake asks for no more than a local folder and an object store both give: files
 * that appear complete or not at all, creation that exactly one of many writers wins, listing, and ranged reads.
 *
 * Keys are names with `/` between their parts, e.g. `silver/bars/_delta_log/_last_checkpoint`.
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

/** Failures of the medium are thrown as SpymasterError StoreUnavailable, a key outside the store as BadArgument. */
export interface Store {
  /** The store's name in messages. */
  readonly location: string;

  /**
   * Files at any depth below a folder, sorted by key.
   * @param after only keys that sort after this one
   */
  list(folder: string, after?: string): Promise<StoreEntry[]>;

  /** Whether it is there: a folder, or anything in a container. It need not be before something is put. */
  holdsAny(): Promise<boolean>;

  /**
   * A file's bytes, or `undefined` where there is no such file.
   * @param range the part to read; what of it lies beyond the end of the file is left out
   */
  read(key: string, range?: ByteRange): Promise<Uint8Array | undefined>;

  /** Creates or replaces a file; readers see the old bytes or the new ones. */
  put(key: string, bytes: Uint8Array): Promise<void>;

  /** Creates a file unless it exists. Of any number of callers, in any number of processes, one gets `true`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;

  /** Removes a file; one that is already gone is no error. */
  remove(key: string): Promise<void>;
}
