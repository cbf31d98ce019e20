/**
 * Builds a range of contract-dates, several at once, each in a child workflow of its own.
 *
 * A run of the workflow ends only when no child of it runs any more: before it continues as a new run, and before it
 * ends cancelled. So children need not be abandoned, every end of one (failure and termination too) is seen as it
 * happens, and cancelling the backfill cancels them. The price is one emptying of the window per page.
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
import type { MarkedItem } from '../graph/planning/marks';
import { control } from './activities';
import { PRIORITY, buildOrJoin } from './buildOrJoin';
import { Ledger, type Counts, type FailedPartition, type LedgerState } from './ledger';
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
import { bySymbol } from './searchAttributes';

/** What a run hands to the one that continues it. */
interface Carried {
  request: PlannedBackfill['request'];
  ledger: LedgerState;
  paused: boolean;
  upToDate: number;
  withoutData: string[];
}

export interface BackfillResult {
  /** Contract-dates by how they ended. */
  counts: Counts;
  /** At most 200. */
  failed: FailedPartition[];
  /** Contract-dates that needed nothing. */
  upToDate: number;
  /** Trade dates no raw file covers. */
  withoutData: string[];
  /** Of a dry run: what would be built, as `ESH4 2024-01-02 missing ...`. */
  plan?: string[];
}

/**
 * @param input the range and how to go about it
 * @param carried by a run to the one that continues it; users leave it out
 */
export async function backfill(input: BackfillInput, carried?: Carried): Promise<BackfillResult> {
  const run = new BackfillRun(carried);
  await run.plan(input);
  return run.work(input);
}

class BackfillRun {
  private phase: BackfillPhase = 'planning';
  private paused: boolean;
  private concurrency = 0;
  private ledger: Ledger;
  private running = 0;
  private begun = 0;
  private terms: Omit<Carried, 'ledger' | 'paused'> | undefined;

  /** Handlers stand before anything is awaited: a message may come with the first task. */
  constructor(carried?: Carried) {
    this.terms = carried;
    this.paused = carried?.paused ?? false;
    this.concurrency = carried?.request.concurrency ?? 0;
    this.ledger = new Ledger(carried?.ledger ?? { items: [], failures: [] }, Date.now());
    setHandler(pauseSignal, () => void (this.paused = true));
    setHandler(resumeSignal, () => {
      if (this.paused) this.ledger.restartClock(Date.now());
      this.paused = false;
    });
    setHandler(progressQuery, () => this.progress());
    setHandler(partitionsQuery, (page = 0) => this.ledger.page(page));
    setHandler(retryFailedUpdate, () => this.ledger.retryFailed());
    setHandler(setConcurrencyUpdate, (width) => this.setConcurrency(width), { validator: checkConcurrency });
  }

  async plan(input: BackfillInput): Promise<void> {
    if (this.terms) return;
    const { request, items, upToDate, withoutData } = await control.plan(input);
    this.terms = { request, upToDate, withoutData };
    this.concurrency ||= request.concurrency;
    this.ledger = new Ledger({ items, failures: [] }, Date.now());
    upsertSearchAttributes(bySymbol(request.symbol));
  }

  async work(input: BackfillInput): Promise<BackfillResult> {
    const { request } = this.agreed;
    if (request.dryRun) return this.result('completed', this.ledger.state().items);
    try {
      await this.drain(request.pageSize);
    } catch (error) {
      if (isCancellation(error)) await CancellationScope.nonCancellable(() => this.cancelled());
      throw error;
    }
    if (!this.ledger.next()) return this.result('completed');
    return continueAsNew<typeof backfill>(input, {
      ...this.agreed,
      request: { ...request, concurrency: this.concurrency },
      ledger: this.ledger.state(),
      paused: this.paused,
    });
  }

  /** Builds until nothing is left, or the page is full; then waits for what runs. */
  private async drain(pageSize: number): Promise<void> {
    const pageIsFull = () => this.begun >= pageSize || workflowInfo().continueAsNewSuggested;
    const mayBegin = () =>
      !this.paused && !pageIsFull() && this.running < this.concurrency && !!this.ledger.next();
    const ended = () => this.running === 0 && (pageIsFull() || !this.ledger.next());
    for (;;) {
      this.show(this.paused ? 'paused' : 'running');
      await condition(() => mayBegin() || ended() || this.paused !== (this.phase === 'paused'));
      while (mayBegin()) void this.build(this.ledger.next() as MarkedItem);
      // A handler that is still at work may put failed contract-dates back.
      if (ended() && allHandlersFinished()) return;
    }
  }

  /** Builds one contract-date and enters how that ended: whatever it was, the others go on. */
  private async build(item: MarkedItem): Promise<void> {
    this.running++;
    this.begun++;
    const layers = this.ledger.begin(item);
    const force = this.agreed.request.reprocess === 'all';
    const { contract, tradeDate } = item;
    try {
      const end = await buildOrJoin({ contract, tradeDate, layers, force }, PRIORITY.backfill);
      this.ledger.finish(item, Date.now(), end.result, 'failure' in end ? end.failure : undefined);
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) this.ledger.cancel(item);
      else this.ledger.finish(item, Date.now(), undefined, failureOf(error));
    } finally {
      this.running--;
      this.show(this.phase);
    }
  }

  private async cancelled(): Promise<void> {
    this.show('cancelling');
    await condition(() => this.running === 0);
    this.show('cancelled');
    const untouched = this.ledger.counts().waiting ?? 0;
    upsertMemo({ untouched, untouchedKeys: this.ledger.keys('waiting') });
  }

  private setConcurrency(width: number): number {
    const before = this.concurrency;
    this.concurrency = width;
    return before;
  }

  private progress(): BackfillProgress {
    const untouched =
      this.phase === 'cancelled' || this.phase === 'cancelling' ? this.ledger.keys('waiting') : [];
    return { ...this.ledger.progress(), phase: this.phase, concurrency: this.concurrency, untouched };
  }

  private result(phase: BackfillPhase, plan?: string[]): BackfillResult {
    this.show(phase);
    const { upToDate, withoutData } = this.agreed;
    return {
      counts: this.ledger.counts(),
      failed: this.ledger.state().failures,
      upToDate,
      withoutData,
      plan,
    };
  }

  private get agreed() {
    if (!this.terms) throw ApplicationFailure.nonRetryable('The backfill is not planned yet', 'BadArgument');
    return this.terms;
  }

  /** Enters the phase and shows the grid in the Temporal UI. */
  private show(phase: BackfillPhase): void {
    this.phase = phase;
    const { counts, etaSeconds } = this.ledger.progress();
    const eta = etaSeconds === null || phase !== 'running' ? '' : `, about ${etaSeconds} s left`;
    const failed = counts.failed ? `, ${counts.failed} failed` : '';
    setCurrentDetails(
      `**${phase}**: ${counts.done} of ${counts.total} done${failed}${eta}\n\n${this.ledger.grid()}`,
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
