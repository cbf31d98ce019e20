/** What whoever watches is alerted to: an approach to a level or a touch of it, and what can be said of it then. */
import { z } from 'zod';
import { DIRECTIONS } from '../episodes/episode';
import { LEVEL_KINDS } from '../levels/kinds';
import { pointDigits } from '../market/points';
import { CLASSES } from '../models/scores';
import type { InferenceResult } from '../scoring/inferenceResult';
import { TRIGGERS, type Subject } from '../scoring/subject';

const share = z.number().min(0).max(1);
const frequency = z.strictObject({ share, low: share, high: share }).describe('with its 90 % interval');

const said = z.discriminatedUnion('says', [
  z.strictObject({
    says: z.literal('frequencies'),
    horizonMinutes: z.number(),
    outcomes: z.strictObject({ BREAK: frequency, REJECT: frequency, CHOP: frequency }),
    n: z.int().nonnegative(),
    effectiveN: z.number().nonnegative(),
  }),
  z.strictObject({
    says: z.literal('insufficient evidence'),
    n: z.int().nonnegative(),
    reasons: z.array(z.string()),
  }),
  z.strictObject({ says: z.literal('nothing'), reason: z.string() }),
]);

export const alertSchema = z.strictObject({
  id: z.string().describe('of the touch or the approach: one alert each, however often it is told'),
  trigger: z.enum(TRIGGERS),
  contract: z.string(),
  tradeDate: z.iso.date(),
  episode: z
    .string()
    .describe('as in gold.episodes; of an approach the one its touch will have, if it comes'),
  level: z.string(),
  levelKind: z.enum(LEVEL_KINDS),
  levelPrice: z.number().describe('points'),
  direction: z.enum(DIRECTIONS),
  attempt: z.int().positive(),
  at: z.string().regex(/^\d+$/).describe('of the trade that tells of it, ns UTC'),
  price: z.number().describe('of that trade, points'),
  distance: z.number().nonnegative().describe('between the two, points'),
  digits: z.int().nonnegative().describe('behind the point, of prices as they are shown'),
  answer: said.describe('how often approaches that looked like it ended so, as far as it is known then'),
});

export type Alert = z.infer<typeof alertSchema>;
type Said = z.infer<typeof said>;

/**
 * @param tickNanos of the product, 1e-9 of a point
 * @param result what was answered; absent: nothing yet
 */
export function alertOf(
  { id, trigger, episode }: Subject,
  tickNanos: number,
  result?: Pick<InferenceResult, 'precedents'>,
): Alert {
  const { contract, tradeDate, level, levelKind, levelPrice, direction, attempt, at, price } = episode;
  return {
    id,
    trigger,
    contract,
    tradeDate,
    episode: episode.id,
    level,
    levelKind,
    levelPrice,
    direction,
    attempt,
    at,
    price,
    distance: Math.abs(levelPrice - price),
    digits: pointDigits(tickNanos),
    answer: result ? saidOf(result) : { says: 'nothing', reason: 'no answer has come yet' },
  };
}

function saidOf({ precedents }: Pick<InferenceResult, 'precedents'>): Said {
  if ('missing' in precedents) return { says: 'nothing', reason: precedents.missing };
  const { frequencies, n, effectiveN, horizonMinutes, reasons } = precedents;
  if (!frequencies) return { says: 'insufficient evidence', n, reasons };
  const frequencyOf = ({ share, low, high }: z.infer<typeof frequency>) => ({ share, low, high });
  const outcomes = {
    BREAK: frequencyOf(frequencies.BREAK),
    REJECT: frequencyOf(frequencies.REJECT),
    CHOP: frequencyOf(frequencies.CHOP),
  };
  return { says: 'frequencies', horizonMinutes, outcomes, n, effectiveN };
}

/** Such as `ESH4 touches PM_HIGH 5142.25 from below`. */
export const alertTitle = ({ contract, trigger, level, levelPrice, direction, digits }: Alert): string =>
  `${contract} ${trigger === 'touch' ? 'touches' : 'approaches'} ${level.split('@')[0]} ${levelPrice.toFixed(digits)} from ${
    direction === 'UP' ? 'below' : 'above'
  }`;

/** What else there is to say of it, in a sentence or two. @param time of the alert, as it is to be shown */
export const alertText = ({ price, distance, digits, attempt, answer }: Alert, time: string): string =>
  `${time}, at ${price.toFixed(digits)}, ${distance.toFixed(digits)} points away, attempt ${attempt}. ${saidText(answer)}`;

/** What is known of how it may end, with n; or why nothing is. */
export function saidText(answer: Said): string {
  if (answer.says === 'nothing') return `No answer: ${answer.reason}.`;
  if (answer.says === 'insufficient evidence')
    return `Not enough evidence, n ${answer.n}: ${answer.reasons.join('; ')}.`;
  const { horizonMinutes, outcomes, n, effectiveN } = answer;
  const percent = (of: number) => Math.round(100 * of);
  const each = CLASSES.map((outcome) => {
    const { share, low, high } = outcomes[outcome];
    return `${outcome} ${percent(share)} % (${percent(low)}-${percent(high)})`;
  });
  return `Of precedents in ${horizonMinutes} min: ${each.join(', ')}; n ${n}, effective ${effectiveN.toFixed(0)}.`;
}
