/** Which sessions a training is judged on, and which parameters each of them is forecast with. */
import { SpymasterError } from '../../errors';
import { walkForwardFolds, type Fold } from '../walkForward';
import type { Values } from '../search/space';
import type { Examples } from './example';

/** Sessions that are fitted to before the first is judged: a third, at most 60. */
const BURN_IN = 1 / 3;
const MOST_BURN_IN = 60;
const EMBARGO = 1;
/** Most fits of one set of parameters. */
const MOST_FOLDS = 12;
/** Fewest sessions a training is begun with; a claim needs many more (`gate.ts`). */
export const LEAST_SESSIONS = 6;

/** How so many sessions are divided. */
function divisionOf(sessions: number): { burnIn: number; block: number } {
  if (sessions < LEAST_SESSIONS)
    throw new SpymasterError('NoInput', `${sessions} sessions are too few to train on`, {
      expected: `at least ${LEAST_SESSIONS} with touches whose outcome is known`,
    });
  const burnIn = Math.min(Math.max(Math.ceil(sessions * BURN_IN), EMBARGO + 1), MOST_BURN_IN);
  return { burnIn, block: Math.ceil((sessions - burnIn) / MOST_FOLDS) };
}

/**
 * How many folds so many sessions make.
 * @throws SpymasterError NoInput of fewer than `LEAST_SESSIONS`
 */
export function foldCount(sessions: number): number {
  const { burnIn, block } = divisionOf(sessions);
  return Math.ceil((sessions - burnIn) / block);
}

/** @throws SpymasterError NoInput of fewer than `LEAST_SESSIONS` sessions */
export function trainingFolds({ sessions, session }: Pick<Examples, 'sessions' | 'session'>): Fold[] {
  const { burnIn, block } = divisionOf(sessions.length);
  const days = Array.from(session, (k) => sessions[k]);
  return walkForwardFolds(days, { burnIn, block, embargo: EMBARGO });
}

/** Parameters that were tried. */
export interface TrialResult {
  readonly parameters: Values;
  /** Of each fold it got to: log losses summed over its episodes, nats, and how many those are. */
  readonly folds: readonly { readonly loss: number; readonly n: number }[];
}

/** Mean loss over the first folds; null where the trial was given up before. */
export function lossOver({ folds }: TrialResult, first: number): number | null {
  if (folds.length < first) return null;
  const used = folds.slice(0, first);
  return used.reduce((sum, { loss }) => sum + loss, 0) / used.reduce((sum, { n }) => sum + n, 0);
}

/**
 * The trial a fold is forecast with: the best over the folds before it, never one chosen by the fold itself. The first fold is forecast
 * with the first trial, whose parameters were fixed beforehand.
 */
export function trialFor(trials: readonly TrialResult[], fold: number): TrialResult {
  if (fold === 0) return trials[0];
  let best = trials[0];
  let least = Infinity;
  for (const trial of trials) {
    const loss = lossOver(trial, fold);
    if (loss === null || loss >= least) continue;
    least = loss;
    best = trial;
  }
  return best;
}
