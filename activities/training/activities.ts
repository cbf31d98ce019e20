/** The activities of a training: its pieces in threads. */
import { Context } from '@temporalio/activity';
import type { FamilyName } from '../../graph/models/training/request';
import type { TrialResult } from '../../graph/models/training/plan';
import type { Values } from '../../graph/models/search/space';
import { thousandths } from '../../graph/models/gate';
import { runOf } from '../layers';
import { runInThread, type Ended } from '../pool/activity';
import { ThreadPool } from '../pool/pool';
import { fenceOf } from '../publishing/fence';
import type { StageSettings } from '../stages/stages';
import type { FoldLoss, JudgedModel, SnapshotReady, TrainingJob, TrainingResult } from './jobs';

export type TrainingPool = ThreadPool<TrainingJob, TrainingResult>;

/** @param entry `activities/training/thread` */
export const trainingPool = (size: number, settings: StageSettings, entry: string): TrainingPool =>
  new ThreadPool(size, settings, entry, ({ kind, product }) => ({
    text: `training for ${product} (${kind})`,
    details: { product, kind },
  }));

export type TrainingActivities = ReturnType<typeof createTrainingActivities>;

interface OfFamily {
  product: string;
  snapshot: string;
  family: FamilyName;
  seed: number;
}

export function createTrainingActivities(pool: TrainingPool, told: (ended: Ended) => void = () => {}) {
  const run = <R extends TrainingResult>(
    job: TrainingJob,
    what: string,
    describe: (result: R) => string,
  ): Promise<R> =>
    runInThread(pool, job, {
      what,
      about: { training: job.kind, product: job.product },
      describe: (result) => describe(result as R),
      told,
    }) as Promise<R>;
  const writer = () => {
    const { info } = Context.current();
    return { ...runOf(info), fence: fenceOf(info) };
  };
  return {
    /** Takes the snapshot that all trials of a training are fitted to. */
    takeTrainingSnapshot: (range: { product: string; start?: string; end?: string }) =>
      run<SnapshotReady>(
        { kind: 'snapshot', ...range, writer: writer() },
        `${range.product} training snapshot`,
        ({ version, sessions, examples }) => `${version}, ${examples} episodes of ${sessions} sessions`,
      ),

    /** Fits a trial to the sessions before a fold, and tells its loss on those of the fold. */
    trainFold: (request: OfFamily & { parameters: Values; fold: number }) =>
      run<FoldLoss>(
        { kind: 'fold', ...request, writer: writer() },
        `${request.product} ${request.family} fold ${request.fold + 1}`,
        ({ loss, n }) => `${(loss / n).toFixed(4)} nats an episode, ${n} episodes`,
      ),

    /** Judges a family by its trials, fits it to all sessions, and publishes it. */
    judgeFamily: (request: OfFamily & { trials: readonly TrialResult[] }) =>
      run<JudgedModel>(
        { kind: 'judge', ...request, writer: writer() },
        `${request.product} ${request.family} judged`,
        ({ version, gainOverBaseline: { value, low, high } }) =>
          `${version}, ${thousandths(value)} [${thousandths(low)}, ${thousandths(high)}] thousandths of a nat over the volatility baseline`,
      ),
  };
}
