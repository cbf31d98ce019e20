/**
 * The files of those who follow a session, one after the other, each with an epoch: a number that rises from one to the next, taken once. A
 * file is written in one epoch only, so that what is written late, by one whose place another has taken, replaces nothing of a later epoch.
 */
import type { Store } from '../../lake/store/store';

/** That the epoch is taken; what the session is followed with, the part intended last, the state kept last. */
type Kind = 'epoch' | 'levels' | 'intended' | 'state';

export interface EpochFile {
  readonly key: string;
  readonly epoch: number;
  readonly bytes: Uint8Array;
}

export class EpochFiles {
  constructor(
    private readonly store: Pick<Store, 'list' | 'read' | 'put' | 'putIfAbsent' | 'remove'>,
    /** Of the session. */
    private readonly folder: string,
  ) {}

  /** Takes an epoch, higher than all that were taken before. @param by for whoever looks at it */
  async take(by: string): Promise<number> {
    // None is ever removed: whatever a listing leaves out, the first that is free is the highest.
    let epoch = Math.max(0, ...(await this.epochsOf('epoch')));
    do epoch++;
    while (!(await this.store.putIfAbsent(this.keyOf('epoch', epoch), Buffer.from(by))));
    return epoch;
  }

  put(kind: Kind, epoch: number, bytes: Uint8Array): Promise<void> {
    return this.store.put(this.keyOf(kind, epoch), bytes);
  }

  /** The file of the highest epoch. @param notAfter the highest that counts */
  async newest(kind: Kind, notAfter = Infinity): Promise<EpochFile | undefined> {
    for (;;) {
      const epochs = (await this.epochsOf(kind)).filter((epoch) => epoch <= notAfter);
      if (epochs.length === 0) return undefined;
      const epoch = Math.max(...epochs);
      const key = this.keyOf(kind, epoch);
      const bytes = await this.store.read(key);
      // It is removed once there is one of a later epoch.
      if (bytes) return { key, epoch, bytes };
    }
  }

  /** Removes files that were written before an epoch. */
  async removeBefore(kind: Kind, before: number): Promise<void> {
    for (const epoch of await this.epochsOf(kind))
      if (epoch < before) await this.store.remove(this.keyOf(kind, epoch));
  }

  private keyOf(kind: Kind, epoch: number): string {
    return `${this.folder}/${kind}-${epoch}`;
  }

  private async epochsOf(kind: Kind): Promise<number[]> {
    const listed = await this.store.list(this.folder);
    return listed.flatMap(({ key }) => epochOf(key, kind) ?? []);
  }
}

/** Of which epoch a file is; undefined of one of another kind. */
export function epochOf(key: string, kind: Kind): number | undefined {
  const [, named, epoch] = /\/([a-z]+)-(\d+)$/.exec(key) ?? [];
  return named === kind ? Number(epoch) : undefined;
}
