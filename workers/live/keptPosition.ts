/**
 * Where a session is that is followed without a server, which would be told: kept beside its state with every part, for whoever looks. It
 * is for show alone: where it cannot be kept or read, there is none.
 */
import { z } from 'zod';
import type { SessionPosition } from '../../activities/session/followed';
import type { Store } from '../../lake/store/store';
import { nowMs } from './clock';
import type { Followed, FollowListener } from './following';
import { sessionKey } from './savedProgress';
import { positionListener } from './sessionFollower';

const keptPositionSchema = z.object({
  phase: z.enum(['catching up', 'following', 'stopped', 'over']),
  behind: z.int().nonnegative(),
  lagMs: z.number().nonnegative().nullable(),
  /** Capture time of the latest record, ns UTC. */
  market: z
    .string()
    .regex(/^\d{1,19}$/)
    .nullable(),
  results: z.int().nonnegative(),
  at: z.iso.datetime(),
});
export type KeptPosition = z.infer<typeof keptPositionSchema>;

/** A contract-date. */
interface Target {
  readonly contract: string;
  readonly tradeDate: string;
}

const keyOf = ({ contract, tradeDate }: Target) => sessionKey(contract, tradeDate, 'position.json');

/** Undefined where none was kept. */
export async function keptPosition(
  store: Pick<Store, 'read'>,
  of: Target,
): Promise<KeptPosition | undefined> {
  const bytes = await store.read(keyOf(of)).catch(() => undefined);
  try {
    return bytes && keptPositionSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps what a follower tells, and passes it on. */
export class PositionKeeper {
  readonly listener: FollowListener;
  private now: Omit<SessionPosition, 'worker' | 'attempt' | 'at'> | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'put'>,
    private readonly of: Target,
    tell: FollowListener,
  ) {
    const gather = positionListener((position) => (this.now = position));
    this.listener = {
      ...tell,
      begun: (at) => {
        gather.begun(at);
        tell.begun(at);
      },
      progress: (...told) => {
        gather.progress(...told);
        tell.progress(...told);
      },
      result: (result) => {
        gather.result(result);
        tell.result(result);
      },
      kept: (seconds) => {
        this.keep();
        tell.kept?.(seconds);
      },
    };
  }

  /** @param how undefined of one that failed */
  async end(how: Followed | undefined): Promise<void> {
    this.keep(how === 'suspended' || how === undefined ? 'stopped' : 'over');
    await this.writing;
  }

  private keep(ended?: 'stopped' | 'over'): void {
    const { now } = this;
    // A session that was over when it was taken up has told nothing.
    if (!now) return;
    const { behind, lagMs, market, results } = now;
    const phase = ended ?? (now.phase === 'following' ? 'following' : 'catching up');
    const kept: KeptPosition = {
      phase,
      behind,
      lagMs,
      market,
      results,
      at: new Date(nowMs()).toISOString(),
    };
    this.writing = this.writing
      .then(() => this.store.put(keyOf(this.of), Buffer.from(JSON.stringify(kept))))
      .catch(() => {});
  }
}
