/** A table's Parquet files: where they lie, how new ones get there, and how they are read as one. */
import type { TableContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import type { WrittenFile } from '../parquet/write';
import type { FileSpace } from '../store/fileSpace';
import type { Store } from '../store/store';
import type { AddFile, PartitionValues } from './actions';
import { partitionFolder } from './partition';
import { scanSql, type ScanColumns } from './scan';
import type { Snapshot } from './snapshot';
import { readFailure } from './wholeRead';

export class DataFiles {
  /** @param root the table's folder in the store */
  constructor(
    private readonly store: Store,
    /** Where files are written before they are part of the table. */
    readonly space: FileSpace,
    private readonly root: string,
    readonly contract: TableContract,
  ) {}

  /** The store's key of a file of the log, where paths are URL-encoded and relative to the table. */
  keyOf({ path }: { path: string }): string {
    return `${this.root}/${decodeURIComponent(path)}`;
  }

  /** Moves staged files into a partition's folder, and describes them for the log. */
  async take(
    files: readonly WrittenFile[],
    partition: PartitionValues,
    tags: Record<string, string>,
  ): Promise<AddFile[]> {
    const folder = partitionFolder(this.contract, partition);
    return Promise.all(
      files.map(async ({ name, staged, size, stats }) => {
        await this.space.put(staged, `${this.root}/${folder}${name}`);
        return {
          path: encodeURI(`${folder}${name}`),
          partitionValues: partition,
          size,
          modificationTime: 0,
          dataChange: true,
          stats,
          tags,
        };
      }),
    );
  }

  /** Deletes files that no version names. */
  async remove(files: readonly AddFile[]): Promise<void> {
    await Promise.all(files.map((file) => this.store.remove(this.keyOf(file))));
  }

  /**
   * Makes sure that an old version can still be read.
   * @throws SpymasterError BadArgument if files of it have been vacuumed
   */
  async requireFiles(snapshot: Snapshot): Promise<void> {
    const stored = new Set((await this.store.list(this.root)).map(({ key }) => key));
    const gone = snapshot.filesOf().find((file) => !stored.has(this.keyOf(file)));
    if (gone)
      throw new SpymasterError(
        'BadArgument',
        `${this.contract.name}: files of version ${snapshot.version} have been vacuumed`,
        { file: gone.path },
      );
  }

  /** A path on this machine from which a file can be read. */
  pathOf(file: AddFile): Promise<string> {
    return this.space.pathOf(this.keyOf(file));
  }

  placeOf(file: AddFile): string {
    return `${this.store.location}/${this.keyOf(file)}`;
  }

  /**
   * Files as one table expression in SQL, see `scanSql`.
   * @throws SpymasterError CorruptTable naming a file whose columns cannot be read
   */
  async scan(files: readonly AddFile[], columns: ScanColumns): Promise<string> {
    const paths = await Promise.all(files.map((file) => this.pathOf(file)));
    try {
      return await scanSql(paths, files, columns);
    } catch (error) {
      throw await readFailure(this, files, error);
    }
  }
}
