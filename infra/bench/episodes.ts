/** Episodes that never were, with vectors of noise, and how they are compared. */
import { isoDate } from '../../graph/market/days';
import { BASELINE_FEATURES } from '../../graph/models/baselineFeatures';
import { EVEN_WEIGHTS } from '../../graph/precedents/distance';
import { versioned, type SessionDistance } from '../../graph/precedents/distanceTable';
import type { PastEpisode } from '../../graph/precedents/episodes';
import { Expected } from '../../graph/precedents/expected';
import type { Random } from '../../graph/random/random';
import { FEATURE_TABLE, FEATURES } from '../../graph/vectors/features';
import type { Normalisation } from '../../graph/vectors/normalise';

export const FIRST_DAY = 19_000;
export const DAY_NS = 86_400_000_000_000n;
const KINDS = ['PM_HIGH', 'PM_LOW', 'OR_HIGH', 'OR_LOW', 'SMA_90', 'EMA_20'] as const;
const TIMES = ['T0_15', 'T15_30', 'T30_60', 'T60_120', 'T120_CLOSE'];

export const AS_IT_IS: Normalisation = {
  version: 'bench',
  featureTable: FEATURE_TABLE,
  sessions: 1,
  firstSession: '2022-01-03',
  lastSession: '2022-01-03',
  statistics: FEATURES.map(() => ({ center: 0, scale: 1, n: 1 })),
};

/** All dimensions alike. */
export const evenly = (episodes: readonly PastEpisode[]): SessionDistance =>
  versioned(
    {
      weights: EVEN_WEIGHTS,
      learned: [],
      expected: Expected.of(episodes)!.numbers,
      strength: 25,
      gain: null,
      directionGain: null,
      distances: [],
    },
    { sessions: 0, episodes: 0, leftOut: 0 },
  );

/** The `i`th of as many partitions, whose episodes come in turn. @param perSession episodes of all partitions */
export function episodeOf(random: Random, i: number, partitions: number, perSession: number): PastEpisode {
  const day = FIRST_DAY + Math.floor(i / perSession);
  const partition = i % partitions;
  const levelKind = KINDS[partition % KINDS.length];
  return {
    id: `E${i}`,
    contract: 'ESH4',
    session: isoDate(day),
    at: BigInt(day) * DAY_NS + BigInt(random.below(480)) * 60_000_000_000n,
    levelId: levelKind,
    levelKind,
    direction: Math.floor(partition / 6) % 2 === 0 ? 'UP' : 'DOWN',
    timeOfDay: TIMES[Math.floor(partition / 12)],
    baseline: Float32Array.from(BASELINE_FEATURES, () => 0),
    raw: Float32Array.from(FEATURES, () => random.normal()),
    masked: { geometry: false, book: false, options: false },
    results: [4, 8, 30].map((minutes) => ({ minutes, outcome: random.below(3), favorable: 10, adverse: 5 })),
    primary: 1,
    martingale: 0.46,
    walk: 0.46,
  };
}
