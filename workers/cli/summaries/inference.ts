/** A message of `inference_results` as a line. Times are New York's; shares are of BREAK, REJECT and CHOP, in percent. */
import { pricePoints } from '../../../graph/market/points';
import { CLASSES } from '../../../graph/models/scores';
import type { InferenceResult } from '../../../graph/scoring/inferenceResult';
import { timeCell } from '../terminal/times';

export function inferenceLine(result: InferenceResult): string {
  const { trigger, episode, model, precedents } = result;
  const time = timeCell(BigInt(episode.at));
  return `${time}  ${trigger.padEnd(8)}  ${whereCell(result).padEnd(46)} ${modelCell(model)}  ${precedentsCell(precedents)}`;
}

function whereCell({ trigger, episode }: InferenceResult): string {
  const { level, levelPrice, direction, attempt, distance } = episode;
  const off = trigger === 'approach' ? `, ${-Math.round(distance)} ticks off` : '';
  return `${level} ${direction} ${pricePoints(levelPrice)} attempt ${attempt}${off}`;
}

const percent = (shares: Readonly<Record<string, number>>): string =>
  CLASSES.map((outcome) => Math.round(100 * shares[outcome])).join('/');

function modelCell(model: InferenceResult['model']): string {
  if ('missing' in model) return `no model: ${model.missing}`;
  return `${model.versions.model ?? 'base rate'} ${percent(model.probabilities)}`;
}

function precedentsCell(precedents: InferenceResult['precedents']): string {
  if ('missing' in precedents) return `no precedents: ${precedents.missing}`;
  const { frequencies, n, effectiveN, reasons } = precedents;
  if (!frequencies) return `precedents: not enough evidence (${reasons[0]})`;
  const shares = Object.fromEntries(CLASSES.map((outcome) => [outcome, frequencies[outcome].share]));
  return `precedents ${percent(shares)} (n ${n}, effective ${effectiveN.toFixed(0)})`;
}
