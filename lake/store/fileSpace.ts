/**
 * A store's files as files of this machine, for what works on paths: DuckDB, which reads and writes Parquet, and the
 * reader of raw files. A lake in a local folder answers with its own files and copies nothing; one in an object store
 * downloads into a bounded cache, and uploads.
 */
export interface FileSpace {
  /** The folder of this machine in which the files lie that it gives paths of; absolute. */
  readonly folder: string;

  /** Whether a file may have to be fetched before its path is good. */
  readonly fetches: boolean;

  /**
   * A path from which the bytes under a key can be read, good for the piece of work it was asked for. It ends with the key:
   * where its folders name a file's partition, DuckDB opens only the files a query asks for.
   */
  pathOf(key: string): Promise<string>;

  /** A path under which a file called `name` may be written, until it is `put` or `discard`ed. */
  stage(name: string): Promise<string>;

  /** Moves a staged file into the store: it appears under its key complete and durable. */
  put(staged: string, key: string): Promise<void>;

  /** Removes a staged file; one that was never written, or has been put, is no error. */
  discard(staged: string): Promise<void>;
}
