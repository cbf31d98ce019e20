/** How often forecasts came true, by how probable they said it was: the figures of a reliability diagram. */
import { clusteredShare, type Cluster } from '../statistics/clustered';
import type { ReliabilityBin } from './registry/modelVersion';
import { CLASSES, type Forecasts } from './scores';

/** Forecasts of episodes, each with its session: episodes of one are a cluster. */
interface DatedForecasts extends Forecasts {
  readonly days: readonly string[];
}

/** Forecasts that are taken together, where there are many. */
const BINS = 10;

/** @param bins of about as many forecasts each, by outcome */
export function reliabilityOf({ days, labels, shares }: DatedForecasts, bins = BINS): ReliabilityBin[] {
  const n = labels.length;
  return CLASSES.flatMap((outcome, c) => {
    const forecast = (i: number) => shares[i * CLASSES.length + c];
    const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => forecast(a) - forecast(b) || a - b);
    return Array.from({ length: bins }, (_, bin) =>
      order.slice(Math.floor((bin * n) / bins), Math.floor(((bin + 1) * n) / bins)),
    )
      .filter((members) => members.length > 0)
      .map((members): ReliabilityBin => {
        const share = clusteredShare(clustersOf(members, days, (i) => labels[i] === c));
        return {
          outcome,
          forecast: members.reduce((sum, i) => sum + forecast(i), 0) / members.length,
          observed: share.share!,
          low: share.interval.low,
          high: share.interval.high,
          n: members.length,
        };
      });
  });
}

function clustersOf(
  members: readonly number[],
  days: readonly string[],
  cameTrue: (i: number) => boolean,
): Cluster[] {
  const clusters = new Map<string, { n: number; successes: number }>();
  for (const i of members) {
    const of = clusters.get(days[i]) ?? { n: 0, successes: 0 };
    clusters.set(days[i], of);
    of.n++;
    if (cameTrue(i)) of.successes++;
  }
  return [...clusters.values()];
}
