/** Declared metrics as prom-client has them, in the registry of a process. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Declared, Group } from './metrics';

type LabelOf<D extends Declared> = D['labels'] extends readonly (infer Label extends string)[]
  ? Label
  : never;

type InstrumentOf<D extends Declared> = D['type'] extends 'counter'
  ? Counter<LabelOf<D>>
  : D['type'] extends 'gauge'
    ? Gauge<LabelOf<D>>
    : Histogram<LabelOf<D>>;

export type Instruments<G extends Group> = { readonly [Name in keyof G]: InstrumentOf<G[Name]> };

/** The metrics of a group; those that the registry has already are the same ones. */
export function instruments<G extends Group>(registry: Registry, group: G): Instruments<G> {
  return Object.fromEntries(
    Object.entries(group).map(([key, declared]) => [
      key,
      registry.getSingleMetric(declared.name) ?? instrument(registry, declared),
    ]),
  ) as Instruments<G>;
}

function instrument(registry: Registry, { type, name, help, labels = [], buckets }: Declared) {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'counter') return new Counter(options);
  if (type === 'gauge') return new Gauge(options);
  return new Histogram({ ...options, ...(buckets && { buckets: [...buckets] }) });
}

/** Metrics without labels whose values are kept elsewhere: they are read when Prometheus asks. */
export function readWhenAsked<G extends Group>(
  registry: Registry,
  group: G,
  read: () => Partial<Record<keyof G, number>>,
): void {
  const found = instruments(registry, group) as Record<string, Counter | Gauge | Histogram>;
  for (const key of Object.keys(read())) {
    const metric = found[key] as (Counter | Gauge) & { collect: () => void };
    metric.collect = () => {
      metric.reset();
      metric.inc(read()[key] ?? 0);
    };
  }
}
