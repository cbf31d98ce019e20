/**
 * How far a followed session has come, kept in the lake: whoever follows it next goes on from there.
 *
 * Parts are written in three steps: what the part will hold is noted (`intend`), its rows are written, the state after it is kept
 * (`keep`). A worker that finds a part intended and not kept pushes the same messages again, up to the noted one, and gets the same part:
 * tables that have it already refuse it, the others take it.
 *
 * Whoever follows the session says so (`claim`). A worker that was held up for so long that another has taken its place - a machine that
 * slept, a process that was stopped - finds that out before it notes, keeps or publishes anything more.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SpymasterError } from '../../graph/errors';
import { levelSettings, type FeatureSettings } from '../../graph/settings';
import type { Store } from '../../lake/store/store';

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

/** A file of what is kept of a session. */
export const sessionKey = (contract: string, tradeDate: string, name: string): string =>
  `${FOLDER}/${contract}/${tradeDate}/${name}`;

const levelsKey = (contract: string, tradeDate: string) => sessionKey(contract, tradeDate, 'levels.json');

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
  const file = levelsKey(contract, tradeDate);
  const bytes = await store.read(file);
  if (!bytes) return undefined;
  try {
    return { ...features, levels: levelSettings.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) };
  } catch (error) {
    const message = `${store.location}/${file} cannot be read`;
    throw new SpymasterError('CorruptState', message, { file }, { cause: error });
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
  return (await store.list(FOLDER)).flatMap(({ key, modified }) => {
    const [, contract, tradeDate, name] = key.split('/');
    return name === 'state' ? [{ contract, tradeDate, at: modified }] : [];
  });
}

export class SavedProgress {
  private readonly worker = randomUUID();
  private readonly workerKey: string;
  private readonly stateKey: string;
  private readonly levelsKey: string;
  private readonly intentKey: string;

  constructor(
    private readonly store: Store,
    private readonly contract: string,
    private readonly tradeDate: string,
  ) {
    this.workerKey = sessionKey(contract, tradeDate, 'worker');
    this.stateKey = sessionKey(contract, tradeDate, 'state');
    this.levelsKey = levelsKey(contract, tradeDate);
    this.intentKey = sessionKey(contract, tradeDate, 'intended.json');
  }

  /** Notes the levels that the session begins with: it goes on with them, since its rows and what is kept of it depend on them. */
  beginWith({ levels }: Pick<FeatureSettings, 'levels'>): Promise<void> {
    return this.store.put(this.levelsKey, Buffer.from(JSON.stringify(levels)));
  }

  /** The settings with the levels that it began with. @param features as they are otherwise */
  async begunWith(features: FeatureSettings): Promise<FeatureSettings> {
    return (await followedFeatures(this.store, this.contract, this.tradeDate, features)) ?? features;
  }

  /** Takes the place of whoever follows the session. */
  claim(): Promise<void> {
    return this.store.put(this.workerKey, Buffer.from(this.worker));
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
    await this.store.put(this.intentKey, Buffer.from(JSON.stringify(part)));
    await this.requireOwn();
  }

  async keep(state: Uint8Array): Promise<void> {
    await this.requireOwn();
    await this.store.put(this.stateKey, state);
  }

  /** The state that was kept last; undefined where none was. */
  state(): Promise<Uint8Array | undefined> {
    return this.store.read(this.stateKey);
  }

  /** @throws SpymasterError CorruptState if what was noted cannot be read */
  async intended(): Promise<IntendedPart | undefined> {
    const bytes = await this.store.read(this.intentKey);
    if (!bytes) return undefined;
    try {
      return intentSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    } catch (error) {
      const message = `${this.store.location}/${this.intentKey} cannot be read`;
      throw new SpymasterError('CorruptState', message, { file: this.intentKey }, { cause: error });
    }
  }

  async forget(): Promise<void> {
    await this.store.remove(this.levelsKey);
    await this.store.remove(this.intentKey);
    await this.store.remove(this.stateKey);
  }
}
