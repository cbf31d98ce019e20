/**
 * Folds that a forecaster is judged by as it would have been used: fitted to sessions of the past, judged on those that follow.
 *
 * Purge: of earlier sessions only observations take part whose outcome was known before the first judged session began. Embargo: so
 * many sessions right before the judged ones are left out besides, for what is alike in neighbouring sessions would flatter (M. Lopez
 * de Prado, Advances in Financial Machine Learning, 2018, ch. 7).
 */
import { SpymasterError } from '../errors';

export interface Fold {
  /** Indices of observations, in their order. */
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Sessions of either, in order. */
  readonly trainDays: readonly string[];
  readonly testDays: readonly string[];
}

export interface WalkForward {
  /** Sessions before the first one judged, the embargo's included. */
  burnIn: number;
  /** Sessions judged by one fit. */
  block: number;
  /** Sessions left out between the two. */
  embargo?: number;
}

/**
 * @param days of each observation its session; observations in any order
 * @param knownOn of each the session on which its outcome was known, its own by default
 * @throws SpymasterError BadArgument where no session is left to judge, or none to fit to
 */
export function walkForwardFolds(
  days: readonly string[],
  { burnIn, block, embargo = 0 }: WalkForward,
  knownOn: readonly string[] = days,
): Fold[] {
  const sessions = [...new Set(days)].sort();
  if (burnIn <= embargo || block < 1 || sessions.length <= burnIn)
    throw new SpymasterError(
      'BadArgument',
      `${sessions.length} sessions cannot be judged after ${burnIn} of which ${embargo} are left out`,
      { expected: `more than ${Math.max(burnIn, embargo + 1)} sessions` },
    );
  const ordinal = new Map(sessions.map((day, i) => [day, i]));
  const folds: Fold[] = [];
  for (let first = burnIn; first < sessions.length; first += block) {
    const testDays = sessions.slice(first, first + block);
    const trainDays = sessions.slice(0, first - embargo);
    const train: number[] = [];
    const test: number[] = [];
    days.forEach((day, i) => {
      const at = ordinal.get(day)!;
      if (at < first - embargo && knownOn[i] < testDays[0]) train.push(i);
      else if (at >= first && at < first + block) test.push(i);
    });
    folds.push({ train, test, trainDays, testDays });
  }
  return folds;
}
