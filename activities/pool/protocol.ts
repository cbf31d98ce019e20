/** Messages between the pool and its threads. One piece of work at a time is done in a thread. */
import type { FailureNote } from '../failures';
import type { LakeEvent } from '../../lake/told';
import type { StageProgress } from '../stages/stage';

export type ToThread<Request> = { kind: 'run'; request: Request } | { kind: 'cancel' };

export type FromThread<Result> =
  | { kind: 'progress'; progress: StageProgress }
  | { kind: 'told'; told: LakeEvent }
  | { kind: 'done'; result: Result }
  | { kind: 'failed'; failure: FailureNote };
