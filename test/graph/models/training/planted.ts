/** Examples in which a few dimensions of the book tell how approaches end, as plainly as is asked for. */
import { tradeDates } from '../../../../graph/market/calendar';
import { CLASSES } from '../../../../graph/models/scores';
import {
  examplesOf,
  SEQUENCE_LENGTH,
  WIDTH,
  type Example,
  type Examples,
} from '../../../../graph/models/training/example';
import { Products } from '../../../../graph/products/catalog';
import { Random } from '../../../../graph/random/random';
import { FEATURES, GROUP_RANGES } from '../../../../graph/vectors/features';

export const MEASURED = { barSeconds: 5, barrierTicks: 20, horizonMinutes: 8 };

const DATES = tradeDates('2024-01-02', '2024-12-31', new Products().productOf('ES'));
const VOLATILITY = FEATURES.findIndex(({ name }) => name === 'volatility_20m');

/** Columns of `plantedApproaches`, as fitting code takes them. */
export const plantedExamples = (...request: Parameters<typeof plantedApproaches>): Examples =>
  examplesOf(plantedApproaches(...request));

/** @param strength logits of BREAK against REJECT that a standard deviation of the planted dimensions is worth; 0 plants nothing */
export function plantedApproaches(
  sessions: number,
  { strength, seed = 1, aSession = 12 }: { strength: number; seed?: number; aSession?: number },
): Example[] {
  const random = new Random(seed);
  const { start } = GROUP_RANGES.book;
  const examples: Example[] = [];
  for (let s = 0; s < sessions; s++) {
    const session = DATES[s];
    const open = Date.parse(`${session}T14:30:00Z`);
    // Lively and quiet days: the lively ones have few undecided approaches.
    const lively = random.normal();
    for (let k = 0; k < aSession; k++) {
      const raw = Float32Array.from({ length: WIDTH }, () => random.normal());
      raw[VOLATILITY] = Math.max(0.05, 0.7 + 0.3 * lively + 0.05 * random.normal());
      const told = strength * (raw[start] + raw[start + 5] - raw[start + 9]);
      const logits = [told, -told, -1 - 1.5 * lively];
      const weights = logits.map((logit) => Math.exp(logit));
      let left = random.unit() * (weights[0] + weights[1] + weights[2]);
      const label = weights.findIndex((weight) => (left -= weight) < 0);
      examples.push({
        episodeId: `${session}-${k}`,
        contract: 'ESH4',
        session,
        level: ['PM_HIGH', 'EMA_20'][k % 2],
        direction: k % 3 === 0 ? 'UP' : 'DOWN',
        timeOfDay: k < aSession / 2 ? 'T30_60' : 'T120_CLOSE',
        touchAt: BigInt(open + 20 * k * 60_000) * 1_000_000n,
        touchDistance: -1,
        minutesSinceOpen: 20 * k,
        minutesToClose: 390 - 20 * k,
        outcome: CLASSES[Math.max(label, 0)],
        raw,
        masked: { geometry: false, book: false, options: false },
        sequence: new Float32Array(SEQUENCE_LENGTH),
      });
    }
  }
  return examples;
}
