/** Pieces of a training as runs: the snapshot that is taken, each fold that a trial is fitted for, each model that is judged and published. */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { PartitionKey } from '../../graph/datasets/units';
import type { TableContract } from '../../graph/datasets/schema';
import { modelVersions } from '../../graph/models/registry/versionsTable';
import { GOLD_READ } from '../../graph/models/training/goldExamples';
import { goldTrainingSnapshot } from '../../graph/models/training/snapshotTable';
import type { InputDataset } from '../../graph/lineage/runEvent';
import type { Lake } from '../../lake/lake';
import { builtDates } from '../reports/outcomes';
import type { StageContext } from '../stages/stage';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import {
  runTraining,
  type JudgedModel,
  type SnapshotReady,
  type TrainingJob,
  type TrainingResult,
} from '../training/jobs';
import { absentOf, tableRead, tableWritten } from './datasets';
import { uuidOf } from './nameUuid';
import { ToldRun, whileTold, type Said, type Tells } from './toldRun';

const DOES: Readonly<Record<TrainingJob['kind'], string>> = {
  snapshot: 'Takes the snapshot of Gold that models are fitted to',
  fold: 'Fits a trial to the sessions before a fold, and forecasts those of the fold',
  judge: 'Judges a family by its trials, fits it to all sessions, and publishes it',
};

/** `runTraining`, which tells of what it does if the settings want that. */
export function trainTold(
  job: TrainingJob,
  context: StageContext,
  settings: StageSettings,
): Promise<TrainingResult> {
  const work = () => runTraining(job, context, settings);
  const { lineage } = settings;
  if (!lineage) return work();
  const { kind, writer, ...what } = job;
  const run = new ToldRun(lineage, {
    runId: uuidOf(JSON.stringify([kind, what, writer])),
    job: `train.${kind}`,
    does: DOES[kind],
    processing: 'BATCH',
    asker: writer,
    own: ['spymaster_training', { ...what, trials: undefined }],
  });
  return whileTold(run, new Teller(job, () => sharedLake(settings)), context.signal, work);
}

class Teller implements Tells<TrainingResult> {
  private absent: ReadonlySet<string> = new Set();

  constructor(
    private readonly job: TrainingJob,
    private readonly open: () => Promise<Lake>,
  ) {}

  async started(): Promise<Said> {
    const lake = await this.open();
    this.absent = await absentOf(lake, [goldTrainingSnapshot, modelVersions]);
    return { inputs: await this.inputs(lake) };
  }

  async ended(result: TrainingResult): Promise<Said> {
    const lake = await this.open();
    const { product, kind } = this.job;
    const written = async (contract: TableContract, key: PartitionKey) => {
      const change = this.absent.has(contract.name) ? 'CREATE' : undefined;
      return { outputs: [await tableWritten(lake, contract, key, change)] };
    };
    if (kind === 'snapshot') {
      const { version, existed, sessions, examples } = result as SnapshotReady;
      const own = { status: existed ? 'current' : 'published', snapshot: version, sessions, examples };
      return existed ? { own } : { ...(await written(goldTrainingSnapshot, { product, version })), own };
    }
    if (kind === 'fold') return { own: { status: 'done', ...result } };
    const { version: named, gainOverBaseRate, gainOverBaseline } = result as JudgedModel;
    const [model, version] = named.split('@');
    const own = { status: 'published', version: named, gainOverBaseRate, gainOverBaseline };
    return { ...(await written(modelVersions, { product, model, version })), own };
  }

  private async inputs(lake: Lake): Promise<InputDataset[]> {
    const { job } = this;
    if (job.kind !== 'snapshot')
      return [await tableRead(lake, goldTrainingSnapshot, [{ product: job.product, version: job.snapshot }])];
    const dates = await builtDates(lake, job);
    const keys = dates.map(({ contract, tradeDate }) => ({ contract, trade_date: tradeDate }));
    const tables = Object.keys(GOLD_READ).map((name) => DATASET_GRAPH.table(`gold.${name}`));
    return Promise.all(tables.map((contract) => tableRead(lake, contract, keys)));
  }
}
