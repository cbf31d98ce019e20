/** A stage, a verification or a report under way: its progress on the terminal, until it ends or is interrupted. */
import type { StageContext, StageProgress } from '../../../activities/stages/stage';
import { untilInterrupted } from './interrupt';
import { withProgress } from './progress';

/** `replay 37 %`; the count where the end is not known. */
export const describeStage = ({ phase, done, total }: StageProgress): string =>
  total > 0 ? `${phase} ${Math.floor((100 * done) / total)} %` : `${phase} ${done || ''}`.trimEnd();

/**
 * Runs something that reports progress as stages do.
 * @param title text before the progress
 * @throws whatever the work throws; SpymasterError Cancelled when it was interrupted
 */
export const withStageProgress = <T>(
  title: string,
  work: (context: StageContext) => Promise<T>,
): Promise<T> =>
  withProgress((line) => {
    const progress = (at: StageProgress) => line.show(`${title}${describeStage(at)}`);
    return untilInterrupted((signal) => work({ progress, signal }));
  });
