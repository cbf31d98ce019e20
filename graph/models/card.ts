/**
 * A model card (M. Mitchell et al., Model Cards for Model Reporting, 2019): what a version was made from, how it did out of sample and
 * beside what, whether an edge is shown, and when it is not to be trusted.
 */
import { Z90 } from '../statistics/proportion';
import {
  comparison,
  isAbove,
  LEAST_DIRECTION_SESSIONS,
  LEAST_SESSIONS,
  thousandths,
  type Comparison,
  type Look,
  type Verdict,
} from './gate';
import type { AliasChange } from './registry/aliasesTable';
import { versionText, type ModelRecord } from './registry/modelVersion';
import { gainsOver, gainsOverModel, type SessionGain } from './scoredSessions';

/** How many sessions a claim would need. */
export interface SessionsNeeded {
  claim: string;
  /** Scored sessions there are. */
  scored: number;
  /** With which the claim would be shown in four of five cases, if the gain is what it looks like; null where it is none. */
  needed: number | null;
  words: string;
}

export interface ModelCard {
  product: string;
  model: string;
  version: number;
  /** Alias it has now, and whether it has it despite the gate. */
  alias: 'champion' | 'challenger' | null;
  despiteGate: boolean;
  /** Whether the gate opened for it, and in which words; null where it was never looked at. */
  verdict: Verdict | null;
  /** The one sentence to read. */
  headline: string;
  comparisons: Comparison[];
  sessionsNeeded: SessionsNeeded[];
  whenNotToTrust: string[];
  record: ModelRecord;
}

interface CardSources {
  readonly record: ModelRecord;
  /** Changes of the product's aliases that hold. */
  readonly aliases: Partial<Record<'champion' | 'challenger', AliasChange>>;
  /** The champion's record, if there is one and it is another version. */
  readonly champion: ModelRecord | null;
  /** What the look of its month found. */
  readonly verdict: Verdict | null;
  readonly interval: Look['interval'];
}

export function cardOf({ record, aliases, champion, verdict, interval }: CardSources): ModelCard {
  const { product, model, version, evaluation } = record;
  const held = (['champion', 'challenger'] as const).find((alias) => {
    const target = aliases[alias]?.target;
    return target && versionText(target) === versionText(record);
  });
  const change = held === 'champion' ? aliases.champion : undefined;
  const found = change?.verdict ?? verdict;
  const { sessions } = evaluation;
  const gains = {
    'base rate': gainsOver(sessions, 'base rate'),
    'volatility baseline': gainsOver(sessions, 'volatility baseline'),
    ...(champion && { champion: gainsOverModel(sessions, champion.evaluation.sessions) }),
    martingale: gainsOver(sessions, 'martingale'),
  };
  const comparisons = Object.entries(gains).map(([against, of]) =>
    comparison(against as Comparison['against'], of, interval),
  );
  return {
    product,
    model,
    version,
    alias: held ?? null,
    despiteGate: change?.despiteGate ?? false,
    verdict: found,
    headline: headlineOf(found),
    comparisons,
    sessionsNeeded: [
      needed(
        'more than volatility, distance and time of day tell',
        gains['volatility baseline'],
        LEAST_SESSIONS,
      ),
      needed('direction', gains.martingale, LEAST_DIRECTION_SESSIONS),
    ],
    whenNotToTrust: warnings(record, comparisons, found, change?.despiteGate ?? false),
    record,
  };
}

function headlineOf(verdict: Verdict | null): string {
  if (!verdict) return 'No edge shown: the gate has not looked at this version.';
  if (!verdict.passed) return 'No edge shown: base rates are what there is to go by.';
  return verdict.direction
    ? 'An edge is shown, in direction too.'
    : 'An edge is shown over volatility, distance and time of day; no direction edge shown.';
}

/** Standard normal quantile of a power of 80 %. */
const POWER = 0.8416212335729143;

/**
 * Sessions with which the lower end of a 90 % interval would be above zero in four of five cases, for a gain and a spread of sessions
 * like those that were seen: ((1.645 + .842) spread / gain)^2.
 */
function needed(claim: string, gains: readonly SessionGain[], least: number): SessionsNeeded {
  const k = gains.length;
  const n = gains.reduce((sum, session) => sum + session.n, 0);
  const mean = n > 0 ? gains.reduce((sum, session) => sum + session.gain, 0) / n : 0;
  if (k < 2)
    return { claim, scored: k, needed: null, words: `Too few sessions to say how many ${claim} needs.` };
  if (mean <= 0)
    return {
      claim,
      scored: k,
      needed: null,
      words: `No number of sessions would show ${claim}: so far there is no gain.`,
    };
  const squares = gains.reduce((sum, session) => sum + (session.gain - mean * session.n) ** 2, 0);
  // Of the mean gain in a session of the usual size.
  const spread = Math.sqrt(squares / (k - 1)) / (n / k);
  const sessions = Math.max(least, Math.ceil((((Z90 + POWER) * spread) / mean) ** 2));
  return {
    claim,
    scored: k,
    needed: sessions,
    words: `To show ${claim}, about ${sessions} scored sessions, if the gain is what it looks like; there are ${k}.`,
  };
}

/** Slopes of calibration beyond which probabilities are not to be taken at their word. */
const SLOPES = { low: 0.8, high: 1.25 };

function warnings(
  record: ModelRecord,
  comparisons: readonly Comparison[],
  verdict: Verdict | null,
  despiteGate: boolean,
): string[] {
  const { metrics, evaluation, training, featureTable, product } = record;
  const found: string[] = [];
  if (despiteGate)
    found.push('It was promoted although the gate did not open: read its answers as base rates.');
  if (!verdict?.direction)
    found.push(
      'Do not read BREAK against REJECT as a forecast: no direction edge is shown beyond the distance of the touch.',
    );
  const slope = metrics.calibration_slope?.value;
  if (slope !== undefined && (slope < SLOPES.low || slope > SLOPES.high))
    found.push(
      slope < SLOPES.low
        ? `Its probabilities are too extreme (calibration slope ${slope.toFixed(2)}).`
        : `Its probabilities are too timid (calibration slope ${slope.toFixed(2)}).`,
    );
  const { nullGain } = evaluation;
  const gain = metrics.gain_over_base_rate;
  if (nullGain && nullGain.low > 0)
    found.push(
      gain?.low > nullGain.high
        ? `Trained on shuffled outcomes it still gains ${thousandths(nullGain.value)} thousandths of a nat over the base rate, of ${thousandths(gain.value)} with the true ones: so much of it is no forecast.`
        : 'Trained on shuffled outcomes it gains as well: something of the outcome leaks into its input. Do not use it.',
    );
  const unshown = evaluation.partitions.filter(({ low }) => low <= 0);
  if (unshown.length > 0)
    found.push(
      `In ${unshown.length} of ${evaluation.partitions.length} partitions alone no gain over the base rate is shown: see the table.`,
    );
  const thin = comparisons.find(({ against }) => against === 'base rate')!;
  if (thin.sessions < LEAST_SESSIONS)
    found.push(`It was scored on ${thin.sessions} sessions: too few for any claim.`);
  found.push(
    `It knows ${product} from ${training.firstSession} to ${training.lastSession}, vectors of feature table ${featureTable}, and outcomes of settings ${record.settingsVersion}: not other products, features or barriers.`,
    'Touches of several levels in the same moment are one event: their forecasts are not independent, and are not to be added up.',
  );
  return found;
}

/** Whether the gain of a partition is shown, in a word. */
export const shownIn = ({ low }: { low: number }): string => (isAbove({ low }) ? 'yes' : 'no');
