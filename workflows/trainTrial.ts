/** One set of parameters, judged fold by fold; given up where it does worse than half of the others did until then. */
import { setCurrentDetails } from '@temporalio/workflow';
import type { Values } from '../graph/models/search/space';
import { runningMeans } from '../graph/models/search/pruning';
import type { TrialResult } from '../graph/models/training/plan';
import type { FamilyName } from '../graph/models/training/request';
import { training } from './activities';
import { pin } from './pinned';
import { cpuQueue } from './queues';
import { thisLake } from './reception';

interface TrialInput {
  product: string;
  /** Version of the training snapshot. */
  snapshot: string;
  family: FamilyName;
  parameters: Values;
  seed: number;
  folds: number;
  /** Mean loss above which the trial is given up, after each fold; none for a trial that is to go through all of them. */
  limits: readonly (number | null)[];
}

export async function trainTrial(input: TrialInput): Promise<TrialResult> {
  const { folds, limits, parameters, ...of } = input;
  const done: { loss: number; n: number }[] = [];
  for (let fold = 0; fold < folds; fold++) {
    setCurrentDetails(`fold ${fold + 1} of ${folds}`);
    const options = { taskQueue: cpuQueue(thisLake()), summary: `fold ${fold + 1} of ${folds}` };
    done.push(await training.trainFold.executeWithOptions(options, [{ ...of, parameters, fold }]));
    const mean = runningMeans(done.map(({ loss, n }) => loss / n))[fold];
    // Infinity does not survive JSON: no limit is null.
    if (mean > (limits[fold] ?? Infinity) && fold + 1 < folds) break;
  }
  return { parameters, folds: done };
}

pin(trainTrial);
