import { join } from 'node:path';
import { PROJECT_ROOT } from '../infra/root';

/** What the threads of a `StagePool` run: compiled code, also when the main thread runs the sources. */
export const STAGE_THREAD = join(PROJECT_ROOT, 'dist', 'activities', 'pool', 'thread.js');

/** What the threads of a training pool run. */
export const TRAINING_THREAD = join(PROJECT_ROOT, 'dist', 'activities', 'training', 'thread.js');

/** What a thread that answers questions about precedents runs. */
export const PRECEDENTS_THREAD = join(PROJECT_ROOT, 'dist', 'activities', 'precedents', 'thread.js');

/** What a thread that makes reports runs. */
export const REPORTS_THREAD = join(PROJECT_ROOT, 'dist', 'activities', 'reports', 'thread.js');
