/**
 * What a registry has counted since it was last asked: of counters the increase, of gauges the value, of histograms how many there were
 * and quantiles of them. It is what services keep that take numbers and no buckets.
 */
import type { Registry } from 'prom-client';

export interface Sample {
  readonly name: string;
  readonly kind: 'increase' | 'value';
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is told beside the product's own metrics. */
const OTHERS = [
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'nodejs_eventloop_lag_p99_seconds',
];
export const QUANTILES = { p50: 0.5, p99: 0.99 } as const;

/** Names under which a metric is told: a histogram as those of its parts. */
export const sampleNames = ({ type, name }: { type: string; name: string }): string[] =>
  type === 'histogram' ? ['count', ...Object.keys(QUANTILES)].map((part) => `${name}_${part}`) : [name];

interface Value {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly metricName?: string;
}

/** How many values of a histogram lie in each bucket, by its upper end. */
type Buckets = readonly { readonly to: number; readonly count: number }[];

export class IntervalSamples {
  private readonly last = new Map<string, number>();

  constructor(private readonly registry: Registry) {}

  /** Since the last call; what has not changed of a counter or a histogram is left out. */
  async take(): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const { name, type, values } of await this.registry.getMetricsAsJSON()) {
      if (!name.startsWith('spymaster_') && !OTHERS.includes(name)) continue;
      const kind = String(type);
      if (kind === 'histogram') samples.push(...this.histogram(name, values as Value[]));
      else
        for (const { value, labels } of values as Value[]) {
          if (kind === 'gauge') samples.push({ name, kind: 'value', value, labels: textOf(labels) });
          else this.push(samples, name, labels, this.increase(name, labels, value));
        }
    }
    return samples;
  }

  private histogram(name: string, values: readonly Value[]): Sample[] {
    const series = new Map<string, { labels: Value['labels']; ends: { to: number; upTo: number }[] }>();
    for (const { metricName, labels: all, value } of values) {
      if (metricName !== `${name}_bucket`) continue;
      const { le, ...labels } = all;
      const key = keyOf(labels);
      const known = series.get(key) ?? { labels, ends: [] };
      series.set(key, known);
      known.ends.push({
        to: le === '+Inf' ? Infinity : Number(le),
        upTo: this.increase(`${name}_bucket`, all, value),
      });
    }
    const samples: Sample[] = [];
    for (const { labels, ends } of series.values()) {
      const ordered = ends.sort((a, b) => a.to - b.to);
      const buckets = ordered.map(({ to, upTo }, k) => ({ to, count: upTo - (ordered[k - 1]?.upTo ?? 0) }));
      const count = ordered.at(-1)?.upTo ?? 0;
      this.push(samples, `${name}_count`, labels, count);
      if (count > 0)
        for (const [part, q] of Object.entries(QUANTILES)) {
          const value = quantileOf(buckets, q);
          samples.push({ name: `${name}_${part}`, kind: 'value', value, labels: textOf(labels) });
        }
    }
    return samples;
  }

  private push(samples: Sample[], name: string, labels: Value['labels'], value: number): void {
    if (value !== 0) samples.push({ name, kind: 'increase', value, labels: textOf(labels) });
  }

  /** A counter that is less than it was has begun anew. */
  private increase(name: string, labels: Value['labels'], value: number): number {
    const key = `${name} ${keyOf(labels)}`;
    const last = this.last.get(key) ?? 0;
    this.last.set(key, value);
    return value < last ? value : value - last;
  }
}

/**
 * A quantile of values of which only the buckets are known, as if they lay evenly in each: as Prometheus's `histogram_quantile` has it.
 * Beyond the last finite end it is that end.
 * @param buckets by rising ends; not all of them empty
 */
export function quantileOf(buckets: Buckets, q: number): number {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const rank = q * total;
  let below = 0;
  let from = 0;
  for (const { to, count } of buckets) {
    if (to === Infinity) return from;
    if (count > 0 && below + count >= rank) return from + ((rank - below) / count) * (to - from);
    below += count;
    from = to;
  }
  return from;
}

const textOf = (labels: Value['labels']): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));

const keyOf = (labels: Value['labels']): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
