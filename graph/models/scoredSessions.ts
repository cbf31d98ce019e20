/**
 * What a model's forecasts cost, session by session, beside those of the baselines: forecasts of the folds' test sessions alone, made by
 * models fitted to earlier sessions. A gate, a card and a comparison of two models are all counted from these sums, because a session is
 * the smallest part that is independent of another.
 */
import { z } from 'zod';

/** Of the draws that tell how sure a gain is: the same for everyone who asks, so that a figure has one interval wherever it is told. */
export const DRAWS_SEED = 20_240_304;

/** Trade date written `YYYY-MM-DD`. */
const session = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a trade date written YYYY-MM-DD');
const losses = z.number().nonnegative();

/** Sums over the episodes of one session, in nats. */
export const scoredSession = z
  .strictObject({
    session,
    /** Episodes that were forecast. */
    n: z.int().positive(),
    /** Log loss of the model over BREAK, REJECT and CHOP. */
    loss: losses,
    /** Of the base rate of the episodes' partitions. */
    baseRateLoss: losses,
    /** Of volatility, distance and time of day. */
    baselineLoss: losses,
    /** Episodes among them that were decided: BREAK or REJECT. */
    decided: z.int().nonnegative(),
    /** Log loss of BREAK against REJECT among the decided. */
    directionLoss: losses,
    /** Of the martingale value of their touch distances. */
    martingaleLoss: losses,
  })
  .refine(({ n, decided }) => decided <= n, 'more episodes are decided than there are');

export type ScoredSession = z.infer<typeof scoredSession>;

export const scoredSessions = z
  .array(scoredSession)
  .min(1)
  .refine(
    (sessions) => sessions.every(({ session: date }, i) => i === 0 || date > sessions[i - 1].session),
    'sessions must be in order of time, each once',
  );

/** How much less one forecast cost than another in a session. */
export interface SessionGain {
  /** Sum over the session's episodes, nats; negative where it cost more. */
  readonly gain: number;
  /** Episodes it is the sum of. */
  readonly n: number;
}

/** What a model is compared with. */
export const REFERENCES = ['base rate', 'volatility baseline', 'champion', 'martingale'] as const;
export type Reference = (typeof REFERENCES)[number];

/** Gain of a model over one of the baselines that were scored with it; of direction, among the decided, over the martingale value. */
export function gainsOver(
  sessions: readonly ScoredSession[],
  reference: Exclude<Reference, 'champion'>,
): SessionGain[] {
  switch (reference) {
    case 'base rate':
      return sessions.map(({ n, loss, baseRateLoss }) => ({ n, gain: baseRateLoss - loss }));
    case 'volatility baseline':
      return sessions.map(({ n, loss, baselineLoss }) => ({ n, gain: baselineLoss - loss }));
    default:
      return sessions
        .filter(({ decided }) => decided > 0)
        .map(({ decided: n, directionLoss, martingaleLoss }) => ({
          n,
          gain: martingaleLoss - directionLoss,
        }));
  }
}

/**
 * Gain over another model, on the sessions both were scored on. A session counts only if both forecast as many episodes in it: otherwise
 * they are not of the same data.
 */
export function gainsOverModel(
  sessions: readonly ScoredSession[],
  other: readonly ScoredSession[],
): SessionGain[] {
  const theirs = new Map(other.map((one) => [one.session, one]));
  return sessions.flatMap(({ session: date, n, loss }) => {
    const same = theirs.get(date);
    return same?.n === n ? [{ n, gain: same.loss - loss }] : [];
  });
}

/** The month of the last session, `YYYY-MM`: that of the look a model takes part in. */
export const monthOf = (sessions: readonly ScoredSession[]): string =>
  sessions.at(-1)?.session.slice(0, 7) ?? '';
