/** Episodes that never were, for tests: random, but the same of the same seed. */
import { LEVEL_KINDS } from '../../../graph/levels/kinds';
import { isoDate, dayNumber } from '../../../graph/market/days';
import { BASELINE_FEATURES } from '../../../graph/models/baselineFeatures';
import type { PastEpisode } from '../../../graph/precedents/episodes';
import { Random } from '../../../graph/random/random';
import { FEATURES, FEATURE_TABLE, GROUP_RANGES } from '../../../graph/vectors/features';
import type { Normalisation } from '../../../graph/vectors/normalise';

const FIRST = dayNumber('2024-01-02');
const TIMES = ['T0_15', 'T15_30', 'T30_60', 'T60_120', 'T120_CLOSE'];
const SECOND = 1_000_000_000n;

export interface Made {
  sessions: number;
  perSession: number;
  /** Kinds of levels there are; one makes a single partition of each direction and time. */
  kinds?: number;
  /** Share of episodes without data on options. */
  masked?: number;
  /** How much the book tells of BREAK against REJECT. */
  signal?: number;
}

/** About 8 hours of touches a session, some at the same moment. */
export function pastEpisodes(
  seed: number,
  { sessions, perSession, kinds = 3, masked = 0.3, signal = 0 }: Made,
): PastEpisode[] {
  const random = new Random(seed);
  return Array.from({ length: sessions * perSession }, (_, i): PastEpisode => {
    const day = Math.floor(i / perSession);
    const levelKind = LEVEL_KINDS[random.below(kinds)];
    const direction = random.below(2) === 0 ? 'UP' : 'DOWN';
    const raw = Float32Array.from(FEATURES, () => random.normal());
    const lean = signal * raw[GROUP_RANGES.book.start];
    const outcome = random.below(4) === 0 ? 2 : random.unit() < 1 / (1 + Math.exp(-lean)) ? 0 : 1;
    const noOptions = random.unit() < masked;
    if (noOptions) raw.fill(NaN, GROUP_RANGES.options.start, GROUP_RANGES.options.end);
    return {
      id: `E${i}`,
      contract: 'ESH4',
      session: isoDate(FIRST + day),
      at: BigInt(FIRST + day) * 86_400n * SECOND + BigInt(random.below(480)) * 60n * SECOND,
      levelId: levelKind,
      levelKind,
      direction,
      timeOfDay: TIMES[random.below(TIMES.length)],
      baseline: Float32Array.from(BASELINE_FEATURES, () => 0),
      raw,
      masked: { geometry: false, book: false, options: noOptions },
      results: [4, 8, 30].map((minutes) => ({
        minutes,
        outcome: random.below(50) === 0 ? null : outcome,
        favorable: 10 * random.unit(),
        adverse: 10 * random.unit(),
      })),
      primary: 1,
      martingale: 0.46,
      walk: 0.46,
    };
  });
}

/** Values as they are: they have mean 0 and deviation 1. */
export const AS_IT_IS: Normalisation = {
  version: 'test',
  featureTable: FEATURE_TABLE,
  sessions: 1,
  firstSession: '2024-01-01',
  lastSession: '2024-01-01',
  statistics: FEATURES.map(() => ({ center: 0, scale: 1, n: 1 })),
};
