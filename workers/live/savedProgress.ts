/**
 * How far a followed session has come, kept in the lake: whoever follows it next goes on from there.
 *
 * Parts are written in three steps: what the part will hold is noted (`intend`), its rows are written, the state after it is kept
 * (`keep`). A worker that finds a part intended and not kept pushes the same messages again, up to the noted one, and gets the same part:
 * tables that have it already refuse it, the others take it.
 *
 * Whoever follows the session says so (`claim`). A worker that was held up for so long that another has taken its place - a machine that
 * slept, a process that was stopped - finds that out before it notes, keeps or publishes anything more. What it was about to write when it
 * was held up may come late all the same: it is in files of its own epoch, and what counts is that of the highest.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SpymasterError } from '../../graph/errors';
import { levelSettings, type FeatureSettings } from '../../graph/settings';
import type { Store } from '../../lake/store/store';
import { EpochFiles, epochOf, type EpochFile } from './epochFiles';

/** A part, and the last events in it: of the contract, and about options. */
const intentSchema = z.strictObject({
  stream: z.string(),
  part: z.int().positive(),
  upTo: z.int(),
  options: z.int(),
  /** Whether the options were not waited for. */
  apart: z.boolean(),
  /** Whether the session ends with it. */
  final: z.boolean(),
});
export type IntendedPart = z.infer<typeof intentSchema>;

const FOLDER = '_live';

const folderOf = (contract: string, tradeDate: string): string => `${FOLDER}/${contract}/${tradeDate}`;

/** A file of what is kept of a session. */
export const sessionKey = (contract: string, tradeDate: string, name: string): string =>
  `${folderOf(contract, tradeDate)}/${name}`;

/**
 * The settings with the levels that a session is followed with; undefined where it has not begun.
 * @param features as they are otherwise
 * @throws SpymasterError CorruptState if they cannot be read
 */
export async function followedFeatures(
  store: Store,
  contract: string,
  tradeDate: string,
  features: FeatureSettings,
): Promise<FeatureSettings | undefined> {
  const levels = await new EpochFiles(store, folderOf(contract, tradeDate)).newest('levels');
  return levels && { ...features, levels: parsed(levels, levelSettings, store) };
}

/** @throws SpymasterError CorruptState if it is none of the schema */
function parsed<Output>(
  { key: file, bytes }: EpochFile,
  schema: z.ZodType<Output>,
  { location }: Pick<Store, 'location'>,
): Output {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new SpymasterError(
      'CorruptState',
      `${location}/${file} cannot be read`,
      { file },
      { cause: error },
    );
  }
}

/** The state that is kept of a session which has not ended. */
export interface Checkpoint {
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** When it was kept, ms since 1970 UTC. */
  readonly at: number;
}

export async function checkpoints(store: Pick<Store, 'list'>): Promise<Checkpoint[]> {
  const newest = new Map<string, Checkpoint>();
  for (const { key, modified: at } of await store.list(FOLDER)) {
    if (epochOf(key, 'state') === undefined) continue;
    const [, contract, tradeDate] = key.split('/');
    const session = `${contract} ${tradeDate}`;
    if (at >= (newest.get(session)?.at ?? 0)) newest.set(session, { contract, tradeDate, at });
  }
  return [...newest.values()];
}

export class SavedProgress {
  private readonly worker = randomUUID();
  private readonly workerKey: string;
  private readonly files: EpochFiles;
  /** Before it is claimed, none. */
  private epoch = 0;
  private keptBefore = false;

  constructor(
    private readonly store: Store,
    private readonly contract: string,
    private readonly tradeDate: string,
  ) {
    this.workerKey = sessionKey(contract, tradeDate, 'worker');
    this.files = new EpochFiles(store, folderOf(contract, tradeDate));
  }

  /**
   * Takes the place of whoever follows the session.
   * @throws SpymasterError Fenced if another worker has taken this one's place meanwhile
   */
  async claim(): Promise<void> {
    await this.store.put(this.workerKey, Buffer.from(this.worker));
    // After that: whoever comes later and stays has a higher one.
    this.epoch = await this.files.take(this.worker);
    await this.requireOwn();
  }

  /** Notes the levels that the session begins with: it goes on with them, since its rows and what is kept of it depend on them. */
  beginWith({ levels }: Pick<FeatureSettings, 'levels'>): Promise<void> {
    return this.files.put('levels', this.epoch, Buffer.from(JSON.stringify(levels)));
  }

  /**
   * The settings with the levels that a state began with. They are noted anew: one may have come between that noted others and kept nothing,
   * and whoever goes on from a state of this epoch is not to take those.
   * @param features as they are otherwise
   */
  async begunWith(state: EpochFile, features: FeatureSettings): Promise<FeatureSettings> {
    const found = await this.files.newest('levels', state.epoch);
    if (!found) return features;
    const levels = parsed(found, levelSettings, this.store);
    await this.files.put('levels', this.epoch, found.bytes);
    return { ...features, levels };
  }

  /** @throws SpymasterError Fenced if another worker has taken this one's place */
  async requireOwn(): Promise<void> {
    const bytes = await this.store.read(this.workerKey);
    if (bytes && Buffer.from(bytes).toString('utf8') === this.worker) return;
    const { contract, tradeDate } = this;
    throw new SpymasterError('Fenced', `Another worker follows ${contract} ${tradeDate} now`, {
      field: contract,
    });
  }

  /** Once it is noted, whoever takes the session over knows of the part: one who did so before has it not written. */
  async intend(part: IntendedPart): Promise<void> {
    await this.requireOwn();
    await this.files.put('intended', this.epoch, Buffer.from(JSON.stringify(part)));
    await this.requireOwn();
  }

  async keep(state: Uint8Array): Promise<void> {
    await this.requireOwn();
    await this.files.put('state', this.epoch, state);
    if (this.keptBefore) return;
    for (const kind of ['intended', 'state'] as const) await this.files.removeBefore(kind, this.epoch);
    this.keptBefore = true;
  }

  /** The state that was kept last; undefined where none was. */
  state(): Promise<EpochFile | undefined> {
    return this.files.newest('state');
  }

  /** @throws SpymasterError CorruptState if what was noted cannot be read */
  async intended(): Promise<IntendedPart | undefined> {
    const noted = await this.files.newest('intended');
    return noted && parsed(noted, intentSchema, this.store);
  }

  /** Forgets what is kept of the session, but for what others have kept that have claimed it since. */
  async forget(): Promise<void> {
    for (const kind of ['levels', 'intended', 'state'] as const)
      await this.files.removeBefore(kind, this.epoch + 1);
  }
}
