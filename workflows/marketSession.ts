/**
 * Follows the session of a product on one trade date: a live worker takes the feed's packets until the close, then the date is built in
 * batch and every row compared with what was streamed. Started by the schedule `market-session`, or by hand.
 *
 * Following is one long activity that ends whenever something else is wanted of it - a pause, the last packets, an end - and is begun
 * again where it was left. So nothing has to reach it but a cancellation.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  TimeoutFailure,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
  type ChildWorkflowHandle,
  type SignalDefinition,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BuildResult } from '../activities/planning/builds';
import type { SessionInput } from '../activities/planning/requests';
import type { ComparedSession } from '../activities/session/compareStreamed';
import type { FollowEnd, FollowRequest, SessionPosition } from '../activities/session/followed';
import { layersOf } from '../graph/datasets/layers';
import { contractDate } from '../graph/datasets/units';
import { overallStatus } from '../graph/planning/layerOutcomes';
import { control, followSession, forgetSession } from './activities';
import { PRIORITY, buildOrJoin } from './buildOrJoin';
import { sessionId } from './ids';
import {
  drainSignal,
  pauseSignal,
  resumeSignal,
  sessionProgressQuery,
  stopSignal,
  toldSignal,
  type SessionPhase,
  type SessionProgress,
} from './messages';
import { liveQueue } from './queues';
import { reachLake, thisLake } from './reception';
import { scheduledTime } from './scheduled';
import { byOutcome, bySession, bySymbol } from './searchAttributes';
import { describeSession } from './sessionDetails';

/** What was asked for last; `follow` unless anything was. */
type Wish = 'follow' | 'pause' | 'drain' | 'stop';

export interface SessionResult {
  /**
   * `agrees`, `differs`: what was built with what was streamed. `stopped` where the session was. `skipped`: the market is closed.
   * `no_data`: nothing of it came. `blocked`: a check kept the build from being published. `elsewhere`: another workflow follows it.
   */
  outcome: 'agrees' | 'differs' | 'stopped' | 'skipped' | 'no_data' | 'blocked' | 'elsewhere';
  tradeDate: string;
  contract?: string;
  reason?: string;
  /** How far it was followed. */
  position?: SessionPosition;
  build?: BuildResult;
  /** Rows compared by table, and the first that differ. */
  comparisons?: ComparedSession['comparisons'];
}

/**
 * @param wish of a run to the one that continues it; users leave it out
 * @throws ApplicationFailure of whatever cannot be mended by another worker
 */
export async function marketSession(input: SessionInput, wish?: Wish): Promise<SessionResult> {
  if (wish !== undefined && !WISHES.includes(wish))
    throw ApplicationFailure.nonRetryable('marketSession takes one input, a JSON object', 'BadArgument');
  const run = new SessionRun(wish);
  await reachLake<typeof marketSession>(input, () => [input, run.wish]);
  const { request, tradeDate, closed, contract, ends } = await control.planSession(input, scheduledTime());
  upsertSearchAttributes(bySymbol(request.symbol));
  if (contract === undefined || ends === undefined)
    return run.conclude({ outcome: 'skipped', tradeDate, reason: closed });
  const id = sessionId(thisLake(), request.symbol, tradeDate);
  if (workflowInfo().workflowId !== id) return run.elsewhere(id, { ...input, tradeDate, contract });
  upsertSearchAttributes(bySession(contract, tradeDate));
  return run.session(
    { contract, tradeDate, once: false, again: request.again, every: request.every },
    ends,
    request.once,
  );
}

const WISHES: readonly Wish[] = ['follow', 'pause', 'drain', 'stop'];

class SessionRun {
  private readonly progress: SessionProgress = {
    phase: 'planning',
    tradeDate: null,
    contract: null,
    ends: null,
    workflowId: null,
    position: null,
  };
  /** Where the session was when it was told last. */
  private before: SessionPosition | undefined;
  private child: ChildWorkflowHandle<typeof marketSession> | undefined;

  /** Handlers are set before anything is awaited: a message may come with the first task. */
  constructor(public wish: Wish = 'follow') {
    setHandler(sessionProgressQuery, () => this.progress);
    setHandler(toldSignal, (position) => this.told(position));
    this.on(pauseSignal, () => this.wish === 'follow', 'pause');
    this.on(resumeSignal, () => this.wish === 'pause', 'follow');
    this.on(drainSignal, () => this.wish !== 'stop', 'drain');
    this.on(stopSignal, () => true, 'stop');
  }

  /** One of a product and date runs at a time, under its own id: this one starts that, and hands on what it is told. */
  async elsewhere(id: string, input: SessionInput & { tradeDate: string }): Promise<SessionResult> {
    const { tradeDate } = input;
    this.progress.workflowId = id;
    this.progress.tradeDate = tradeDate;
    try {
      this.child = await startChild<typeof marketSession>('marketSession', {
        workflowId: id,
        args: [input, this.wish],
        // When its parent ends, the child is cancelled, and leaves the session to be gone on with.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        staticSummary: `session of ${input.symbol} ${tradeDate}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return this.conclude({ outcome: 'elsewhere', tradeDate, reason: `${id} follows it already` });
    }
    this.show('followed by another workflow');
    return this.conclude(await this.child.result());
  }

  /** @param ends ISO UTC; @param once end when all that is in the hub has been taken */
  async session(request: FollowRequest, ends: string, once: boolean): Promise<SessionResult> {
    const { contract, tradeDate } = request;
    Object.assign(this.progress, { contract, tradeDate });
    if (request.again)
      await forgetSession.executeWithOptions({ taskQueue: liveQueue(thisLake()) }, [request]);
    this.drainAt(ends);
    let end: FollowEnd | undefined;
    try {
      end = await this.followed(request, once);
    } catch (error) {
      const reason = nothingCame(error);
      if (reason === undefined) throw error;
      return this.conclude({ outcome: 'no_data', tradeDate, contract, reason });
    }
    if (!end?.streamed)
      return this.conclude({ outcome: 'stopped', tradeDate, contract, position: this.before });
    this.show('building');
    const scope = contractDate(contract, tradeDate);
    const built = await buildOrJoin({ scope, layers: layersOf('contract-date') }, PRIORITY.session);
    if ('failure' in built) throw ApplicationFailure.nonRetryable(built.failure.message, built.failure.type);
    const of = { tradeDate, contract, position: this.before, build: built.result };
    const status = overallStatus(built.result.layers);
    if (status !== 'published' && status !== 'current') {
      const reason = built.result.layers.find((layer) => layer.reason !== undefined)?.reason;
      return this.conclude({ outcome: 'blocked', ...of, reason });
    }
    this.show('comparing');
    const { agrees, comparisons, checks } = await control.compareSession({
      ...request,
      streamed: end.streamed,
    });
    const reason = checks.map(({ layer, message }) => `${layer}: ${message}`).join('; ');
    return this.conclude({ outcome: agrees ? 'agrees' : 'differs', ...of, comparisons, reason });
  }

  conclude(result: SessionResult): SessionResult {
    this.progress.tradeDate = result.tradeDate;
    if (result.position) this.progress.position = result.position;
    upsertSearchAttributes(byOutcome(result.outcome));
    this.show('ended', `${result.outcome}${result.reason === undefined ? '' : `: ${result.reason}`}`);
    return result;
  }

  /** Follows until the session is over; undefined when it was stopped before. */
  private async followed(request: FollowRequest, once: boolean): Promise<FollowEnd | undefined> {
    for (;;) {
      if (this.wish === 'pause') this.show('paused');
      await condition(() => this.wish !== 'pause');
      if (this.wish === 'stop') return undefined;
      const end = await this.leg({ ...request, once: once || this.wish === 'drain' });
      if (end) this.told(end.position);
      if (end?.ended === 'over') return end;
    }
  }

  /** Follows until something else is wanted; undefined where that came before a worker had begun. */
  private async leg(request: FollowRequest): Promise<FollowEnd | undefined> {
    const { wish } = this;
    const scope = new CancellationScope();
    let over = false;
    const turned = condition(() => over || this.wish !== wish).then(() =>
      over ? undefined : scope.cancel(),
    );
    // The workflow itself may be cancelled, which cancels the scope as well.
    turned.catch(() => {});
    this.progress.position = null;
    this.show('waiting for a worker');
    const options = { taskQueue: liveQueue(thisLake()), summary: `${request.contract} ${request.tradeDate}` };
    try {
      const end = await scope.run(() => followSession.executeWithOptions(options, [request]));
      requireGoingOn();
      return end;
    } catch (error) {
      requireGoingOn();
      // A worker that was gone when it was to end never says that it has: its heartbeats end.
      if (isCancellation(error) || (scope.consideredCancelled && wasLost(error))) return undefined;
      throw error;
    } finally {
      over = true;
    }
  }

  /** The session is drained when all has been traded, whatever else was wanted until then. A date of the past has no such time. */
  private drainAt(ends: string): void {
    const left = Date.parse(ends) - Date.now();
    if (left <= 0) return;
    this.progress.ends = ends;
    sleep(left)
      .then(() => this.wish !== 'stop' && (this.wish = 'drain'))
      .catch(() => {});
  }

  private on(signal: SignalDefinition, may: () => boolean, wish: Wish): void {
    setHandler(signal, async () => {
      if (may()) this.wish = wish;
      await this.child?.signal(signal);
    });
  }

  /** A worker that has just begun knows less than the one before it. */
  private told(position: SessionPosition): void {
    const { stream, market, latest } = this.before ?? position;
    this.before = this.progress.position = {
      ...position,
      stream: position.stream ?? stream,
      market: position.market ?? market,
      latest: position.latest.length > 0 ? position.latest : latest,
    };
    const { phase } = this.progress;
    if (phase === 'waiting for a worker' || phase === 'following' || phase === 'draining')
      this.show(this.wish === 'drain' ? 'draining' : 'following');
  }

  /** Sets the phase, and shows it in the Temporal UI. */
  private show(phase: SessionPhase, news?: string): void {
    this.progress.phase = phase;
    setCurrentDetails(describeSession(this.progress, news));
  }
}

/** @throws CancelledFailure where the workflow is cancelled: an activity that had time to end well does not say so */
function requireGoingOn(): void {
  if (CancellationScope.current().consideredCancelled)
    throw new CancelledFailure('The session was cancelled');
}

const wasLost = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;

/** Why there is nothing to follow, where that is why it ended. */
function nothingCame(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'NoInput' ? cause.message : undefined;
}
