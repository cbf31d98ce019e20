/**
 * A table's log: numbered JSON commits and, after every few of them, a checkpoint that sums up all before it. Reading
 * starts at the newest complete checkpoint that is not too new and replays the commits after it.
 */
import { SpymasterError } from '../../graph/errors';
import { wordsOf } from '../parquet/failure';
import type { FileSpace } from '../store/fileSpace';
import type { Store, StoreEntry } from '../store/store';
import { decodeActions, encodeActions, type Action, type CommitInfo } from './actions';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { Snapshot } from './snapshot';

const COMMIT = /\/(\d{20})\.json$/;
const CHECKPOINT = /\/(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;

const pad = (version: number): string => String(version).padStart(20, '0');

interface Checkpoint {
  version: number;
  /** Keys of its parts, in order. */
  parts: string[];
}

/** See `startOf`. */
interface LoadStart {
  entries: StoreEntry[];
  base: Snapshot;
  broken?: SpymasterError;
  reached: number;
}

export interface Commit {
  version: number;
  actions: Action[];
}

export interface CommitRecord {
  version: number;
  info: CommitInfo;
}

export class DeltaLog {
  readonly folder: string;

  /**
   * @param space where checkpoints, which are Parquet, are written and read
   * @param root the table's folder in the store
   * @param table the table's name, for messages
   */
  constructor(
    private readonly store: Store,
    private readonly space: FileSpace,
    root: string,
    private readonly table: string,
  ) {
    this.folder = `${root}/_delta_log`;
  }

  commitKey(version: number): string {
    return `${this.folder}/${pad(version)}.json`;
  }

  private checkpointKey(version: number): string {
    return `${this.folder}/${pad(version)}.checkpoint.parquet`;
  }

  get lastCheckpointKey(): string {
    return `${this.folder}/_last_checkpoint`;
  }

  /** Tries to be the one who writes `version`. */
  tryCommit(version: number, actions: readonly Action[]): Promise<boolean> {
    return this.store.putIfAbsent(this.commitKey(version), encodeActions(actions));
  }

  /** The actions of one commit, or `undefined` if there is no such version. */
  async readCommit(version: number): Promise<Action[] | undefined> {
    const key = this.commitKey(version);
    const bytes = await this.store.read(key);
    return bytes && decodeActions(bytes, `${this.store.location}/${key}`);
  }

  /** Sums a snapshot up in a checkpoint, where later loads start. */
  async writeCheckpoint(snapshot: Snapshot): Promise<void> {
    const size = await writeCheckpoint(this.space, this.checkpointKey(snapshot.version), snapshot);
    const hint = { version: snapshot.version, size, numOfAddFiles: snapshot.files.size };
    await this.store.put(this.lastCheckpointKey, new TextEncoder().encode(JSON.stringify(hint)));
  }

  /** The newest snapshot, starting from an older one: one look per commit made since, and no listing. */
  async catchUp(from: Snapshot): Promise<Snapshot> {
    if (!from.exists) return this.load();
    const commits = await this.commitsAfter(from.version);
    if (commits.length > 0)
      return from.apply(
        from.version + commits.length,
        commits.flatMap(({ actions }) => actions),
      );
    // Nothing after a commit that is gone means that the log was vacuumed beyond it, or the table made anew.
    const known = await this.store.read(this.commitKey(from.version), { offset: 0, length: 1 });
    return known ? from : this.load();
  }

  /** The commits that follow a version, as far as there are any now. */
  async commitsAfter(version: number): Promise<Commit[]> {
    const commits: Commit[] = [];
    for (let next = version + 1, actions; (actions = await this.readCommit(next)); next++)
      commits.push({ version: next, actions });
    return commits;
  }

  /**
   * The table as of `version`; as of now without one.
   * @throws SpymasterError BadArgument if there is no such version, or the log no longer reaches back to it
   */
  async load(version?: number): Promise<Snapshot> {
    const { entries, base, broken, reached } = await this.startOf(version);
    const commits = entries
      .map(({ key }) => COMMIT.exec(key))
      .filter((match) => match !== null)
      .map((match) => Number(match[1]))
      .filter((n) => n > base.version && n <= (version ?? Infinity));
    if (!base.exists && commits.length === 0 && version === undefined && reached < 0) return base;
    // Without a checkpoint the log must begin with its first commit.
    if (!base.exists && commits[0] !== 0) throw broken ?? this.noVersion(version);

    const actions: Action[] = [];
    let last = base.version;
    for (const commit of commits) {
      const read = commit === last + 1 ? await this.readCommit(commit) : undefined;
      // A broken checkpoint is to blame if it was to stand for commits that are no more.
      if (!read) throw broken ?? this.missing(last + 1);
      actions.push(...read);
      last = commit;
    }
    if (last < reached) throw broken ?? this.missing(last + 1);
    if (version !== undefined && last !== version) throw this.noVersion(version);
    return actions.length > 0 ? base.apply(last, actions) : base;
  }

  /**
   * The last version committed at or before `time`.
   * @param time ms since the Unix epoch
   * @throws SpymasterError BadArgument if the log begins later
   */
  async versionAt(time: number): Promise<number> {
    let found = -1;
    for (const { version, info } of await this.history()) if (info.timestamp <= time) found = version;
    if (found >= 0) return found;
    throw new SpymasterError(
      'BadArgument',
      `${this.table} has no version as old as ${new Date(time).toISOString()}`,
    );
  }

  /** Who wrote which version, oldest first, as far back as the log reaches. */
  async history(): Promise<CommitRecord[]> {
    const records: CommitRecord[] = [];
    for (const { key, modified } of await this.store.list(this.folder)) {
      const match = COMMIT.exec(key);
      const actions = match && (await this.readCommit(Number(match[1])));
      if (!actions) continue;
      const info = actions.find((action) => action.commitInfo)?.commitInfo;
      // Other engines may leave commitInfo out; the time of the file is the next best.
      records.push({
        version: Number(match[1]),
        info: info ?? { timestamp: modified, operation: 'UNKNOWN' },
      });
    }
    return records;
  }

  /**
   * Where a load begins: the newest checkpoint that is whole, as a snapshot, or nothing; and the log files that follow.
   * `broken` says what is wrong with a newer checkpoint; `reached` is the newest version known from checkpoints and the
   * hint, even where nothing else is left of it.
   * @param version the newest checkpoint that may be used; any without one
   */
  private async startOf(version?: number): Promise<LoadStart> {
    const hint = version === undefined ? await this.lastCheckpoint() : undefined;
    if (hint !== undefined) {
      const entries = await this.store.list(this.folder, this.commitKey(hint - 1));
      const start = await this.firstWhole(entries, checkpointsIn(entries), hint);
      if (start.base.exists) return start;
    }
    const entries = await this.store.list(this.folder);
    return this.firstWhole(entries, checkpointsIn(entries, version), hint);
  }

  private async firstWhole(
    entries: StoreEntry[],
    checkpoints: readonly Checkpoint[],
    hint = -1,
  ): Promise<LoadStart> {
    const reached = Math.max(hint, checkpoints[0]?.version ?? -1);
    let broken: SpymasterError | undefined;
    for (const checkpoint of checkpoints) {
      try {
        return { entries, base: await this.readCheckpoint(checkpoint), broken, reached };
      } catch (error) {
        if (!(error instanceof SpymasterError) || error.details.field === 'protocol') throw error;
        broken ??= error;
        process.emitWarning(error.message);
      }
    }
    return { entries, base: Snapshot.absent(this.table), broken, reached };
  }

  /** @throws SpymasterError CorruptTable naming the checkpoint, if it cannot be read or is not whole */
  private async readCheckpoint({ version, parts }: Checkpoint): Promise<Snapshot> {
    try {
      const actions = await readCheckpoint(this.space, parts);
      return Snapshot.absent(this.table).apply(version, [...actions, timestampOf(actions)]);
    } catch (cause) {
      if (cause instanceof SpymasterError && cause.details.field === 'protocol') throw cause;
      throw new SpymasterError(
        'CorruptTable',
        `${this.table}: the checkpoint of version ${version} cannot be read: ${wordsOf(cause)}`,
        { file: `${this.store.location}/${parts[0]}` },
        { cause },
      );
    }
  }

  /** Version of the newest checkpoint that is whole: no load needs the log before it. */
  async wholeCheckpoint(): Promise<number | undefined> {
    const { base } = await this.startOf();
    return base.exists ? base.version : undefined;
  }

  /** Version of the checkpoint the hint names; the hint may lag behind, and may be missing. */
  private async lastCheckpoint(): Promise<number | undefined> {
    const bytes = await this.store.read(this.lastCheckpointKey);
    if (!bytes) return undefined;
    try {
      const { version } = JSON.parse(new TextDecoder().decode(bytes)) as { version: number };
      return Number.isSafeInteger(version) && version >= 0 ? version : undefined;
    } catch {
      return undefined; // Only a hint: the listing finds the checkpoint as well.
    }
  }

  private missing(version: number): SpymasterError {
    return new SpymasterError('CorruptTable', `${this.table}: commit ${version} is missing from the log`, {
      file: `${this.store.location}/${this.commitKey(version)}`,
    });
  }

  private noVersion(version: number | undefined): SpymasterError {
    return new SpymasterError(
      'BadArgument',
      version === undefined
        ? `${this.table}: the log begins with neither version 0 nor a checkpoint`
        : `${this.table} has no version ${version}, or its log was vacuumed`,
      { file: `${this.store.location}/${this.folder}` },
    );
  }
}

/** Checkpoints, of one part or several, none of which may be missing; the newest first. */
function checkpointsIn(entries: StoreEntry[], notAfter = Infinity): Checkpoint[] {
  const found = new Map<string, Checkpoint & { expected: number }>();
  for (const { key } of entries) {
    const match = CHECKPOINT.exec(key);
    if (!match || Number(match[1]) > notAfter) continue;
    const name = `${match[1]}/${match[3] ?? ''}`;
    const checkpoint = found.get(name) ?? {
      version: Number(match[1]),
      parts: [],
      expected: Number(match[3] ?? 1),
    };
    checkpoint.parts.push(key);
    found.set(name, checkpoint);
  }
  return [...found.values()]
    .filter(({ parts, expected }) => parts.length === expected)
    .sort((a, b) => b.version - a.version);
}

/** A checkpoint does not say when it was; no later than its latest file change, which keeps commit times rising. */
function timestampOf(actions: readonly Action[]): Action {
  let timestamp = 0;
  for (const { add, remove } of actions)
    timestamp = Math.max(timestamp, add?.modificationTime ?? 0, remove?.deletionTimestamp ?? 0);
  return { commitInfo: { timestamp, operation: 'CHECKPOINT' } };
}
