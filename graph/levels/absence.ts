import { easternText } from '../market/easternTime';
import type { TimeOrigin } from '../market/time';
import type { Gap } from './coverage';
import type { LevelKind } from './kinds';

/** Levels of a stretch of time, its high and low, that a session does without. */
export interface AbsentRange {
  readonly kinds: readonly LevelKind[];
  /** The stretch `[from, to)`, ns since the origin. */
  readonly from: number;
  readonly to: number;
  /** What of it the data lack; null where nothing was traded in it. */
  readonly gap: Gap | null;
}

/** Why, in words. */
export function absenceText({ from, to, gap }: AbsentRange, origin: TimeOrigin): string {
  const text = (t: number) => easternText(origin.absolute(t));
  if (!gap) return `nothing was traded from ${text(from)} to ${text(to)}`;
  if (gap.to < Infinity && gap.from > -Infinity)
    return `there are no records from ${text(gap.from)} to ${text(gap.to)}`;
  if (gap.to < Infinity) return `the data begin at ${text(gap.to)}, after ${text(from)}`;
  if (gap.from > -Infinity) return `the data end at ${text(gap.from)}, before ${text(to)}`;
  return 'there are no records';
}
