/** The long activity of a market session: follows it with heartbeats that say how far it is, and tells its workflow now and then. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { SpymasterError } from '../../graph/errors';
import { runOf } from '../layers';
import {
  NOWHERE_YET,
  type FollowedPosition,
  type FollowEnd,
  type FollowRequest,
  type SessionPosition,
} from './followed';

/** What an attempt to follow a session is given. */
export interface FollowHooks {
  readonly run: { readonly workflowId: string; readonly runId: string };
  /** Aborted when it is to end so that another worker, or a later one, goes on. */
  readonly signal: AbortSignal;
  readonly onPosition: (position: FollowedPosition) => void;
}

export interface Follower {
  follow(request: FollowRequest, hooks: FollowHooks): Promise<Omit<FollowEnd, 'position'>>;
  /** Leaves nothing to go on from: whoever follows the session next begins it anew. */
  forget(contract: string, tradeDate: string): Promise<void>;
}

/** A heartbeat is missing when the process is gone: packets are taken in pieces of milliseconds. */
const HEARTBEAT_EVERY_MS = 2_000;
/** The workflow is told of each new phase or trouble at once, and else so often: a day of it makes some 5,000 events of history. */
const TELL_EVERY_MS = 60_000;

export type SessionActivities = ReturnType<typeof createSessionActivities>;

/** @param worker names this process */
export function createSessionActivities(follower: Follower, worker: string) {
  return {
    /** Follows the session until it is over, or until it is cancelled: then another one goes on where it was left. */
    async followSession(request: FollowRequest): Promise<FollowEnd> {
      const { info, client, heartbeat, cancellationSignal: signal } = Context.current();
      const run = runOf(info);
      const place = () => ({ worker, attempt: info.attempt, at: new Date().toISOString() });
      let position: SessionPosition = { ...NOWHERE_YET, ...place() };
      let told: (Pick<SessionPosition, 'phase' | 'takenOver' | 'unwritten'> & { at: number }) | undefined;
      let telling: Promise<void> = Promise.resolve();
      const tell = () => {
        const { phase, takenOver, unwritten } = position;
        const isNews = told?.phase !== phase || told.takenOver !== takenOver || told.unwritten !== unwritten;
        if (!isNews && Date.now() - told!.at < TELL_EVERY_MS) return;
        told = { phase, takenOver, unwritten, at: Date.now() };
        const now = position;
        const handle = client.workflow.getHandle(run.workflowId, run.runId);
        // One after the other: of two under way at once the earlier could come last, and would be taken for how things are.
        // One that has ended, or a server that is away, is told nothing.
        telling = telling.then(() => handle.signal('told', now)).catch(() => {});
      };
      const beat = setInterval(() => heartbeat(position), HEARTBEAT_EVERY_MS);
      try {
        heartbeat(position);
        tell();
        const end = await follower.follow(request, {
          run,
          signal,
          onPosition: (now) => {
            position = { ...now, ...place() };
            tell();
          },
        });
        return { ...end, position: { ...position, ...place() } };
      } catch (error) {
        throw wasSentAway(error) ? retried(error) : error;
      } finally {
        clearInterval(beat);
      }
    },

    async forgetSession({
      contract,
      tradeDate,
    }: Pick<FollowRequest, 'contract' | 'tradeDate'>): Promise<void> {
      await follower.forget(contract, tradeDate);
    },
  };
}

const wasSentAway = (error: unknown): error is SpymasterError =>
  error instanceof SpymasterError && error.code === 'Fenced';

/**
 * By a worker that Temporal had given up, and that has come back for a moment: it is told so by its next heartbeat, and the session is
 * taken back then.
 */
const retried = ({ code, message, details }: SpymasterError): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message, details: [details], nonRetryable: false });
