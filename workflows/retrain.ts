/** Trains models for a product: a snapshot, a search over each family's parameters, a judgement of each, and the gate. */
import {
  ParentClosePolicy,
  ChildWorkflowCancellationType,
  executeChild,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Trained } from '../activities/tracking/trackTraining';
import type { JudgedModel, SnapshotReady } from '../activities/training/jobs';
import type { TrackingResult } from '../activities/tracking/activities';
import type { Decision } from '../activities/training/control';
import type { RetrainInput } from '../activities/planning/requests';
import type { Trial } from '../graph/models/search/tpe';
import { pruningLimits } from '../graph/models/search/pruning';
import { lossOver, type TrialResult } from '../graph/models/training/plan';
import type { FamilyName } from '../graph/models/training/request';
import { control, trackTraining, training } from './activities';
import { trainingProgressQuery, type TrainingProgress } from './messages';
import { cpuQueue } from './queues';
import { reachLake, thisLake } from './reception';
import { byOutcome, bySymbol } from './searchAttributes';
import { trainTrial } from './trainTrial';

export interface RetrainResult {
  snapshot: SnapshotReady;
  models: JudgedModel[];
  decision: Decision;
  /** What MLflow has of it; null where no server is configured. */
  tracking: TrackingResult | null;
}

/** @throws ApplicationFailure NoInput where there is nothing to train on */
export async function retrain(input: RetrainInput): Promise<RetrainResult> {
  const progress: TrainingProgress = { phase: 'taking the snapshot', families: {} };
  setHandler(trainingProgressQuery, () => progress);
  await reachLake<typeof retrain>(input, () => [input]);
  const show = (phase: string) => {
    progress.phase = phase;
    setCurrentDetails(describe(progress));
  };
  const plan = await control.planRetrain(input);
  const { symbol: product, start, end, families, trials, parallel, seed } = plan;
  upsertSearchAttributes(bySymbol(product));
  show('taking the snapshot');
  const onCores = { taskQueue: cpuQueue(thisLake()) };
  const range = { product, ...(start && { start }), ...(end && { end }) };
  const snapshot = await training.takeTrainingSnapshot.executeWithOptions(onCores, [range]);

  const models: JudgedModel[] = [];
  const searched: Trained['families'][number][] = [];
  for (const family of families) {
    const of = { product, snapshot: snapshot.version, family, seed };
    const state = { trials: 0, of: trials, pruned: 0, best: null as number | null };
    progress.families[family] = state;
    show(`searching ${family}`);
    const search = new Search(of, snapshot.folds, (results) => {
      state.trials = results.length;
      state.pruned = results.filter(({ folds }) => folds.length < snapshot.folds).length;
      const losses = results
        .map((result) => lossOver(result, snapshot.folds))
        .filter((loss) => loss !== null);
      state.best = losses.length > 0 ? Math.min(...losses) : null;
      show(progress.phase);
    });
    const results = await search.run(trials, parallel);
    show(`judging ${family}`);
    searched.push({ family, trials: results });
    const request = { ...of, trials: results };
    models.push(await training.judgeFamily.executeWithOptions(onCores, [request]));
  }

  show('at the gate');
  const decision = await control.decide({ product, versions: models.map(({ version }) => version) });
  // Of a training that was planned before there was tracking it says nothing.
  if (plan.tracked) show('telling MLflow');
  const { words } = decision;
  const trained = { product, seed, snapshot, families: searched, models, words };
  const tracking = plan.tracked ? await track(plan.tracked, trained) : null;
  show(words);
  upsertSearchAttributes(byOutcome(decision.promoted ? 'promoted' : 'no_edge'));
  return { snapshot, models, decision, tracking };
}

/** Whatever becomes of it, the training is done. */
async function track(trackingUri: string, trained: Trained): Promise<TrackingResult | null> {
  try {
    return await trackTraining(trained);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { trackingUri, problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

interface OfFamily {
  product: string;
  snapshot: string;
  family: FamilyName;
  seed: number;
}

/** The search over one family's parameters: several trials at once, each a child. */
class Search {
  private readonly results: TrialResult[] = [];
  /** In the order in which they were begun; without a loss while they run. */
  private readonly tried: { values: Trial['values']; result: TrialResult | undefined }[] = [];

  constructor(
    private readonly of: OfFamily,
    private readonly folds: number,
    private readonly onResult: (results: readonly TrialResult[]) => void,
  ) {}

  /** @returns the trials in the order in which they were begun, the family's defaults first */
  async run(trials: number, parallel: number): Promise<TrialResult[]> {
    const runner = async () => {
      while (this.tried.length < trials) await this.trial();
    };
    // Others are suggested beside the defaults only once those are known to run.
    await this.trial();
    await Promise.all(Array.from({ length: parallel }, runner));
    return this.tried.map(({ result }) => result!);
  }

  private async trial(): Promise<void> {
    const number = this.tried.length + 1;
    const slot: (typeof this.tried)[number] = { values: {}, result: undefined };
    const before = this.tried.filter(({ values }) => Object.keys(values).length > 0);
    this.tried.push(slot);
    const { family, seed } = this.of;
    const trials = before.map(({ values, result }) => ({
      values,
      loss: result ? this.lossOf(result) : null,
    }));
    slot.values = await control.suggestTrial({ family, trials, seed: seed + number });
    const limits = pruningLimits(
      this.results.map(({ folds }) => folds.map(({ loss, n }) => loss / n)),
      this.folds,
    );
    slot.result = await executeChild(trainTrial, {
      workflowId: `${workflowInfo().workflowId}-${family}-${number}`,
      args: [{ ...this.of, parameters: slot.values, folds: this.folds, limits: number === 1 ? [] : limits }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      staticSummary: `${family} ${number}: ${JSON.stringify(slot.values)}`,
    });
    this.results.push(slot.result);
    this.onResult(this.results);
  }

  /** One that was given up counts by what it had come to. */
  private lossOf(result: TrialResult): number {
    return lossOver(result, result.folds.length)!;
  }
}

/** The state of a training, for the Temporal UI. */
function describe({ phase, families }: TrainingProgress): string {
  const rows = Object.entries(families).map(
    ([family, { trials, of, pruned, best }]) =>
      `| ${family} | ${trials} of ${of} | ${pruned} | ${best?.toFixed(4) ?? ''} |`,
  );
  return [
    `**${phase}**`,
    '',
    '| family | trials | given up early | least log loss |',
    '| --- | --- | ---: | ---: |',
    ...rows,
  ].join('\n');
}
