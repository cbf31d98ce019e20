/**
 * What models are trained on: one approach to a level, what was known of it at the touch, and how it ended.
 *
 * Examples are held column by column (`Examples`): thousands of vectors as one block of memory, which fitting code walks row by row.
 */
import { FEATURES, GROUPS, type FeatureGroup } from '../../vectors/features';
import { CHANNELS } from '../../vectors/sequence';
import { CLASSES, type OutcomeClass } from '../scores';
import { STEPS } from './approachSteps';

export const WIDTH = FEATURES.length;
/** Numbers of one sequence: steps x channels. */
export const SEQUENCE_LENGTH = STEPS * CHANNELS.length;

/** One approach whose outcome at the primary horizon is known. */
export interface Example {
  readonly episodeId: string;
  readonly contract: string;
  /** Trade date, `YYYY-MM-DD`. */
  readonly session: string;
  readonly level: string;
  readonly direction: string;
  readonly timeOfDay: string;
  /** Time of the touch, ns UTC. */
  readonly touchAt: bigint;
  /** How far the touch lies beyond the level along the approach, ticks; negative: short of it. */
  readonly touchDistance: number;
  /** From the RTH open to the touch, and from the touch to the RTH close. */
  readonly minutesSinceOpen: number;
  readonly minutesToClose: number;
  readonly outcome: OutcomeClass;
  /** As in `gold.vectors`: NaN where undefined or masked. */
  readonly raw: ArrayLike<number>;
  /** Groups without data. */
  readonly masked: Readonly<Record<FeatureGroup, boolean>>;
  /** `STEPS` x channels, see `approachSteps`. */
  readonly sequence: ArrayLike<number>;
}

/** Examples in order of touch, column by column. */
export interface Examples {
  readonly count: number;
  /** Trade dates, ascending, each once. */
  readonly sessions: readonly string[];
  /** Of each example: its place in `sessions`. */
  readonly session: Int32Array;
  readonly episodeId: readonly string[];
  readonly level: readonly string[];
  readonly direction: readonly string[];
  readonly timeOfDay: readonly string[];
  /** ns UTC. */
  readonly touchAt: BigInt64Array;
  /** Ticks, see `Example`. */
  readonly touchDistance: Float64Array;
  readonly minutesSinceOpen: Float64Array;
  readonly minutesToClose: Float64Array;
  /** Place of the outcome in `CLASSES`. */
  readonly label: Uint8Array;
  /** `count` x `WIDTH`, row by row. */
  readonly raw: Float32Array;
  /** One bit a group, in the order of `GROUPS`, set where it is masked. */
  readonly masks: Uint8Array;
  /** `count` x `SEQUENCE_LENGTH`, row by row. */
  readonly sequence: Float32Array;
}

/** @param examples in any order: the result does not depend on it */
export function examplesOf(examples: readonly Example[]): Examples {
  const ordered = [...examples].sort(byTouch);
  const sessions = [...new Set(ordered.map(({ session }) => session))].sort();
  const place = new Map(sessions.map((session, k) => [session, k]));
  const raw = new Float32Array(ordered.length * WIDTH);
  const sequence = new Float32Array(ordered.length * SEQUENCE_LENGTH);
  ordered.forEach((example, i) => {
    raw.set(example.raw, i * WIDTH);
    sequence.set(example.sequence, i * SEQUENCE_LENGTH);
  });
  return {
    count: ordered.length,
    sessions,
    session: Int32Array.from(ordered, (example) => place.get(example.session)!),
    episodeId: ordered.map(({ episodeId }) => episodeId),
    level: ordered.map(({ level }) => level),
    direction: ordered.map(({ direction }) => direction),
    timeOfDay: ordered.map(({ timeOfDay }) => timeOfDay),
    touchAt: BigInt64Array.from(ordered, ({ touchAt }) => touchAt),
    touchDistance: Float64Array.from(ordered, ({ touchDistance }) => touchDistance),
    minutesSinceOpen: Float64Array.from(ordered, ({ minutesSinceOpen }) => minutesSinceOpen),
    minutesToClose: Float64Array.from(ordered, ({ minutesToClose }) => minutesToClose),
    label: Uint8Array.from(ordered, ({ outcome }) => CLASSES.indexOf(outcome)),
    raw,
    masks: Uint8Array.from(ordered, ({ masked }) => maskBits(masked)),
    sequence,
  };
}

/** Order of touch; examples of one moment by their ids, so that there is one order of any set of them. */
function byTouch(a: Example, b: Example): number {
  if (a.touchAt !== b.touchAt) return a.touchAt < b.touchAt ? -1 : 1;
  return a.episodeId < b.episodeId ? -1 : Number(a.episodeId > b.episodeId);
}

const maskBits = (masked: Example['masked']): number =>
  GROUPS.reduce((bits, group, k) => bits | (Number(masked[group]) << k), 0);

/** The masked groups of a byte of `Examples.masks`. */
export const maskedOf = (bits: number): Record<FeatureGroup, boolean> =>
  Object.fromEntries(GROUPS.map((group, k) => [group, (bits & (1 << k)) !== 0])) as Record<
    FeatureGroup,
    boolean
  >;
