/**
 * Builds a range of dates: contract-dates several at once, each in a child workflow of its own, and what reads other dates after them.
 *
 * A run of the workflow ends only when no child of it runs any more: before it continues as a new run, and before it
 * ends cancelled. So children need not be abandoned, every end of one (failure and termination too) is seen as it
 * happens, and cancelling the backfill cancels them. The price: once per page, concurrency falls to zero.
 */
import {
  ApplicationFailure,
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/control';
import type { BackfillInput } from '../activities/planning/requests';
import { MAX_CONCURRENCY } from '../graph/planning/limits';
import type { Item } from '../graph/planning/items';
import { control } from './activities';
import { backfillPriority, buildOrJoin } from './buildOrJoin';
import { BackfillState, type Counts, type FailedBuild, type SavedBackfill } from './backfillState';
import {
  partitionsQuery,
  pauseSignal,
  progressQuery,
  resumeSignal,
  retryFailedUpdate,
  setConcurrencyUpdate,
  type BackfillPhase,
  type BackfillProgress,
} from './messages';
import { reachLake } from './reception';
import { bySymbol } from './searchAttributes';

/** What was asked of a run that only finds the lake it is meant for. */
interface Steered {
  paused: boolean;
  /** Zero: as the plan says. */
  concurrency: number;
}

/** What a run hands to the one that continues it. */
interface Carried {
  request: PlannedBackfill['request'];
  state: SavedBackfill;
  paused: boolean;
  upToDate: number;
  leftStale?: number;
  withoutData: string[];
  missing?: string[];
  stale: PlannedBackfill['stale'];
}

export interface BackfillResult {
  /** Builds by how they ended. */
  counts: Counts;
  /** At most 200. */
  failed: FailedBuild[];
  /** Contract-dates that were current. */
  upToDate: number;
  /** Contract-dates that are stale and were not asked for. */
  leftStale?: number;
  /** Trade dates no raw file covers. */
  withoutData: string[];
  /** Why, for the first few of them. */
  missing?: string[];
  /** What had changed since stale partitions were built, and how many there were. */
  stale: PlannedBackfill['stale'];
  /** Of a dry run: what would be built, as `ESH4/2024-01-02 missing ...-`. */
  plan?: string[];
}

/**
 * @param input the range and how to go about it
 * @param carried by a run to the one that continues it; users leave it out
 */
export async function backfill(input: BackfillInput, carried?: Carried | Steered): Promise<BackfillResult> {
  if (carried !== undefined && typeof carried?.paused !== 'boolean')
    throw ApplicationFailure.nonRetryable('backfill takes one input, a JSON object', 'BadArgument');
  const run = new BackfillRun(carried);
  await reachLake<typeof backfill>(input, () => [input, run.steered()]);
  await run.plan(input);
  return run.work(input);
}

class BackfillRun {
  private phase: BackfillPhase = 'planning';
  private paused: boolean;
  private concurrency = 0;
  private state: BackfillState;
  private running = 0;
  private begun = 0;
  private terms: Omit<Carried, 'state' | 'paused'> | undefined;

  /** Handlers are set before anything is awaited: a message may come with the first task. */
  constructor(carried: Carried | Steered = { paused: false, concurrency: 0 }) {
    const planned = 'request' in carried ? carried : undefined;
    this.terms = planned;
    this.paused = carried.paused;
    this.concurrency = 'request' in carried ? carried.request.concurrency : carried.concurrency;
    this.state = new BackfillState(planned?.state ?? { items: [], failures: [] }, Date.now());
    setHandler(pauseSignal, () => void (this.paused = true));
    setHandler(resumeSignal, () => {
      if (this.paused) this.state.restartClock(Date.now());
      this.paused = false;
    });
    setHandler(progressQuery, () => this.progress());
    setHandler(partitionsQuery, (page = 0) => this.state.page(page));
    setHandler(retryFailedUpdate, () => this.state.retryFailed());
    setHandler(setConcurrencyUpdate, (width) => this.setConcurrency(width), { validator: checkConcurrency });
  }

  steered(): Steered {
    return { paused: this.paused, concurrency: this.concurrency };
  }

  async plan(input: BackfillInput): Promise<void> {
    if (this.terms) return;
    const { request, items, ...found } = await control.plan(input);
    this.terms = { request, ...found };
    this.concurrency ||= request.concurrency;
    this.state = new BackfillState({ items, failures: [] }, Date.now());
    upsertSearchAttributes(bySymbol(request.symbol));
  }

  async work(input: BackfillInput): Promise<BackfillResult> {
    const { request } = this.planned;
    if (request.dryRun) return this.result('completed', this.state.save().items);
    try {
      await this.drain(request.pageSize);
    } catch (error) {
      if (isCancellation(error)) await CancellationScope.nonCancellable(() => this.cancelled());
      throw error;
    }
    if (!this.state.next()) return this.result('completed');
    return continueAsNew<typeof backfill>(input, {
      ...this.planned,
      request: { ...request, concurrency: this.concurrency },
      state: this.state.save(),
      paused: this.paused,
    });
  }

  /** Builds until nothing is left, or the page is full; then waits for what runs. */
  private async drain(pageSize: number): Promise<void> {
    const pageIsFull = () => this.begun >= pageSize || workflowInfo().continueAsNewSuggested;
    const mayBegin = () =>
      !this.paused && !pageIsFull() && this.running < this.concurrency && !!this.state.next();
    const ended = () => this.running === 0 && (pageIsFull() || !this.state.next());
    for (;;) {
      this.show(this.paused ? 'paused' : 'running');
      await condition(() => mayBegin() || ended() || this.paused !== (this.phase === 'paused'));
      while (mayBegin()) void this.build(this.state.next() as Item);
      // A handler that is still at work may put failed contract-dates back.
      if (ended() && allHandlersFinished()) return;
    }
  }

  /** Builds one item of the plan and records how that ended; a failure stops no other item. */
  private async build(item: Item): Promise<void> {
    this.running++;
    this.begun++;
    const layers = this.state.begin(item);
    const force = this.planned.request.reprocess === 'all';
    const { scope } = item;
    try {
      const end = await buildOrJoin({ scope, layers, force }, backfillPriority(this.state.total));
      this.state.finish(item, Date.now(), end.result, 'failure' in end ? end.failure : undefined);
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) this.state.cancel(item);
      else this.state.finish(item, Date.now(), undefined, failureOf(error));
    } finally {
      this.running--;
      this.show(this.phase);
    }
  }

  private async cancelled(): Promise<void> {
    this.show('cancelling');
    await condition(() => this.running === 0);
    this.show('cancelled');
    // For those who ask when no worker is there to answer.
    const counts = this.state.counts();
    upsertMemo({ counts, untouched: counts.waiting ?? 0, untouchedKeys: this.state.listed('waiting') });
  }

  private setConcurrency(width: number): number {
    const before = this.concurrency;
    this.concurrency = width;
    return before;
  }

  private progress(): BackfillProgress {
    const untouched =
      this.phase === 'cancelled' || this.phase === 'cancelling' ? this.state.listed('waiting') : [];
    return { ...this.state.progress(), phase: this.phase, concurrency: this.concurrency, untouched };
  }

  private result(phase: BackfillPhase, plan?: string[]): BackfillResult {
    this.show(phase);
    const { upToDate, leftStale, withoutData, missing, stale } = this.planned;
    return {
      counts: this.state.counts(),
      failed: this.state.save().failures,
      upToDate,
      leftStale,
      withoutData,
      missing,
      stale,
      plan,
    };
  }

  private get planned() {
    if (!this.terms) throw ApplicationFailure.nonRetryable('The backfill is not planned yet', 'BadArgument');
    return this.terms;
  }

  /** Sets the phase, and shows it and the grid in the Temporal UI. */
  private show(phase: BackfillPhase): void {
    this.phase = phase;
    const { counts, etaSeconds } = this.state.progress();
    const eta = etaSeconds === null || phase !== 'running' ? '' : `, about ${etaSeconds} s left`;
    const failed = counts.failed ? `, ${counts.failed} failed` : '';
    setCurrentDetails(
      `**${phase}**: ${counts.done} of ${counts.total} done${failed}${eta}\n\n${this.state.grid()}`,
    );
  }
}

/** Checks an update before it enters history. */
function checkConcurrency(width: number): void {
  if (Number.isInteger(width) && width >= 1 && width <= MAX_CONCURRENCY) return;
  throw ApplicationFailure.nonRetryable(
    `setConcurrency takes a whole number from 1 to ${MAX_CONCURRENCY}, not ${String(width)}`,
    'BadArgument',
  );
}

/** Why a child ended that did not fail by itself: terminated, timed out, or cancelled by somebody else. */
function failureOf(error: unknown): { type: string; message: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error
    ? { type: cause.name, message: cause.message }
    : { type: 'Error', message: String(cause) };
}
