/** Which alerts are wanted, and when: the same rules for what a browser does and for what the gateway sends. */
import { z } from 'zod';
import { LEVEL_KINDS } from '../levels/kinds';
import { TRIGGERS } from '../scoring/subject';
import type { Alert } from './alert';

const MINUTES_OF_DAY = 1440;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');

/** From a time of day to another, over midnight where the second is the earlier one; the same twice is all day. */
export const quietHours = z.strictObject({ from: timeOfDay, to: timeOfDay });
export type QuietHours = z.infer<typeof quietHours>;

/** @param minute of the day, in the time zone that the hours are meant in */
export function isQuiet({ from, to }: QuietHours, minute: number): boolean {
  const length = (minuteOf(to) - minuteOf(from) + MINUTES_OF_DAY) % MINUTES_OF_DAY || MINUTES_OF_DAY;
  return (minute - minuteOf(from) + MINUTES_OF_DAY) % MINUTES_OF_DAY < length;
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** A kind of levels, or one of them: `PM_HIGH`, `USER@4805.00`. */
const named = z
  .string()
  .refine(
    (name) => (LEVEL_KINDS as readonly string[]).includes(name.replace(/^(USER|ROUND)@\d+\.\d+$/, '$1')),
    `must be one of ${LEVEL_KINDS.join(', ')}, or one level such as USER@4805.00`,
  );

/** Which alerts are wanted. */
export const alertFilter = z.strictObject({
  triggers: z
    .array(z.enum(TRIGGERS))
    .min(1)
    .default([...TRIGGERS]),
  /** Kinds, or levels; every one of them without. */
  levels: z.array(named).optional(),
});

export const isWanted = (
  { trigger, level, levelKind }: Pick<Alert, 'trigger' | 'level' | 'levelKind'>,
  { triggers, levels }: z.infer<typeof alertFilter>,
): boolean =>
  triggers.includes(trigger) &&
  (levels === undefined || levels.includes(levelKind) || levels.includes(level));

/** What is older is of the past: of a session that is played again, or told to somebody who was away. */
const FRESH_MS = 120_000;

/** @param now ms since 1970 */
export const isPast = ({ at }: Pick<Alert, 'at'>, now: number): boolean =>
  now - Number(BigInt(at) / 1_000_000n) > FRESH_MS;
