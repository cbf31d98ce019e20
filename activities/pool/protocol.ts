/** Messages between the pool and its threads. One stage at a time runs in a thread. */
import type { FailureNote } from '../failures';
import type { StageProgress, StageRequest, StageResult } from '../stages/stage';

export type ToThread = { kind: 'run'; request: StageRequest } | { kind: 'cancel' };

export type FromThread =
  | { kind: 'progress'; progress: StageProgress }
  | { kind: 'done'; result: StageResult }
  | { kind: 'failed'; failure: FailureNote };
