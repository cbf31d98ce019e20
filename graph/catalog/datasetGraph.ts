/** The graph of declared datasets: checked once, then queried for all that derives from it. */
import { SpymasterError } from '../errors';
import type { FeatureSettings } from '../settings';
import type { Dataset, DatasetOperator, Upstream, UpstreamPartitions } from './dataset';
import { LAYERS, UNIT_OF, type Layer } from '../datasets/layers';
import type { TableContract } from '../datasets/schema';
import { UNITS } from '../datasets/units';

/** An operator with the datasets it computes, and what it reads. */
export interface Computation {
  readonly operator: DatasetOperator;
  readonly datasets: readonly Dataset[];
  /** Each dataset that any of them is computed from, once; those it computes itself left out. */
  readonly upstream: readonly Upstream[];
  readonly settings: readonly (keyof FeatureSettings)[];
}

export class DatasetGraph {
  private readonly byName: ReadonlyMap<string, Dataset>;
  /** Operators in the order in which they can run: each after all whose datasets it reads. */
  readonly computations: readonly Computation[];
  /** Contracts of all tables. */
  readonly tables: readonly TableContract[];

  /** @throws Error if the declaration contradicts itself: a fault of the program, not of its input */
  constructor(readonly datasets: readonly Dataset[]) {
    this.byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
    if (this.byName.size < datasets.length) throw new Error('A dataset is declared twice');
    for (const dataset of datasets) this.check(dataset);
    this.computations = inOrder(this.group());
    this.tables = datasets.flatMap(({ table }) => table ?? []);
  }

  /**
   * The dataset of that name.
   * @throws SpymasterError UnknownTable naming those there are
   */
  dataset(name: string): Dataset {
    const found = this.byName.get(name);
    if (found) return found;
    throw new SpymasterError('UnknownTable', `There is no dataset ${name}`, {
      expected: this.datasets.map((known) => known.name).join(', '),
    });
  }

  /**
   * The contract of a dataset that has a table.
   * @throws SpymasterError UnknownTable
   */
  table(name: string): TableContract {
    const { table } = this.dataset(name);
    if (table) return table;
    throw new SpymasterError('UnknownTable', `${name} is no table`, {
      expected: this.tables.map((known) => known.name).join(', '),
    });
  }

  datasetsOf(layer: Layer): Dataset[] {
    return this.datasets.filter((dataset) => dataset.layer === layer);
  }

  tablesOf(layer: Layer): TableContract[] {
    return this.datasetsOf(layer).flatMap(({ table }) => table ?? []);
  }

  computationsOf(layer: Layer): Computation[] {
    return this.computations.filter(({ datasets }) => datasets[0].layer === layer);
  }

  /** What a layer reads from outside itself, each dataset and choice of partitions once. */
  inputsOf(layer: Layer): Upstream[] {
    return union(
      this.computationsOf(layer)
        .flatMap(({ upstream }) => upstream)
        .filter(({ dataset }) => this.dataset(dataset).layer !== layer),
    );
  }

  /** Layers whose tables a layer reads, in order. */
  layersRead(layer: Layer): Layer[] {
    const read = new Set(this.inputsOf(layer).map(({ dataset }) => this.dataset(dataset).layer));
    return LAYERS.filter((known) => read.has(known));
  }

  /** Parts of the settings a layer's rows depend on. */
  settingsOf(layer: Layer): (keyof FeatureSettings)[] {
    return [...new Set(this.datasetsOf(layer).flatMap(({ settings }) => settings))].sort();
  }

  /** The code that builds a layer: its datasets with their versions, e.g. `silver.bars@1 silver.levels@1`. */
  codeVersionOf(layer: Layer): string {
    return this.datasetsOf(layer)
      .map(({ name, codeVersion }) => `${name}@${codeVersion}`)
      .join(' ');
  }

  /** As a Mermaid diagram: an arrow for everything that is read. */
  mermaid(): string {
    const id = (name: string) => name.replace('.', '_');
    const lines = ['flowchart LR'];
    for (const layer of ['raw', ...LAYERS, 'ops'] as const) {
      lines.push(`  subgraph ${layer}`);
      for (const { name, layer: of } of this.datasets)
        if (of === layer) lines.push(`    ${id(name)}["${name}"]`);
      lines.push('  end');
    }
    for (const { name, upstream } of this.datasets)
      for (const { dataset, partitions } of upstream)
        lines.push(
          `  ${id(dataset)} -->${partitions === 'same' ? '' : `|${spell(partitions)}|`} ${id(name)}`,
        );
    return lines.join('\n');
  }

  private check({ name, layer, unit, table, upstream, known }: Dataset): void {
    const require = (holds: boolean, rule: string) => {
      if (!holds) throw new Error(`${name}: ${rule}`);
    };
    for (const { dataset, columns = [] } of upstream) {
      const source = this.byName.get(dataset);
      require(source !== undefined, `is computed from ${dataset}, which is not declared`);
      const there = source?.table?.columns.map((column) => column.name) ?? [];
      for (const column of columns)
        require(there.includes(column), `reads ${dataset}.${column}, which does not exist`);
      const below = source && LAYERS.indexOf(source.layer as Layer);
      if (below !== undefined && below >= 0 && layer !== 'ops')
        require(below <= LAYERS.indexOf(layer as Layer), `reads ${dataset} of a layer above its own`);
    }
    if (layer === 'raw') return;
    require(table?.name === name, 'has a table of another name');
    const columns = table?.columns.map((column) => column.name) ?? [];
    for (const column of [...(table?.key ?? []), ...(known ? [known.column, ...(known.open ?? [])] : [])])
      require(columns.includes(column), `names the column ${column}, which it does not have`);
    if (layer === 'ops') return;
    require(unit === UNIT_OF[layer], `is built by ${unit} in a layer that is built by ${UNIT_OF[layer]}`);
    require(table?.partitionBy.join() ===
      UNITS[unit].join(), `must be partitioned by ${UNITS[unit].join(', ')}`);
  }

  private group(): Computation[] {
    const byOperator = new Map<DatasetOperator, Dataset[]>();
    for (const dataset of this.datasets) {
      if (dataset.layer === 'raw' || dataset.layer === 'ops') continue;
      const together = byOperator.get(dataset.operator);
      if (together) together.push(dataset);
      else byOperator.set(dataset.operator, [dataset]);
    }
    return [...byOperator].map(([operator, datasets]) => {
      if (datasets.some(({ layer }) => layer !== datasets[0].layer))
        throw new Error(`${operator.module} computes datasets of several layers`);
      const own = new Set(datasets.map(({ name }) => name));
      return {
        operator,
        datasets,
        upstream: union(
          datasets.flatMap(({ upstream }) => upstream).filter(({ dataset }) => !own.has(dataset)),
        ),
        settings: [...new Set(datasets.flatMap(({ settings }) => settings))],
      };
    });
  }
}

/** A choice of partitions as text, e.g. `earlier 60`. */
export const spell = (partitions: UpstreamPartitions): string =>
  typeof partitions === 'string' ? partitions : `earlier ${partitions.earlier}`;

/** Each dataset and choice of partitions once, with the columns of all who read it. */
function union(all: readonly Upstream[]): Upstream[] {
  const found = new Map<string, Upstream>();
  for (const upstream of all) {
    const key = `${upstream.dataset} ${spell(upstream.partitions)}`;
    const before = found.get(key);
    const columns =
      before === undefined
        ? upstream.columns
        : before.columns && upstream.columns && [...new Set([...before.columns, ...upstream.columns])];
    found.set(key, {
      dataset: upstream.dataset,
      partitions: upstream.partitions,
      ...(columns && { columns }),
    });
  }
  return [...found.values()];
}

/** Each computation after those whose datasets it reads of the same date, otherwise as they were declared. */
function inOrder(computations: readonly Computation[]): Computation[] {
  const ordered: Computation[] = [];
  const done = new Set<string>();
  const waiting = [...computations];
  const built = new Set(computations.flatMap(({ datasets }) => datasets.map(({ name }) => name)));
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ upstream }) =>
      upstream.every(
        ({ dataset, partitions }) => partitions !== 'same' || !built.has(dataset) || done.has(dataset),
      ),
    );
    if (next < 0)
      throw new Error(`A circle of datasets: ${waiting.map(({ datasets }) => datasets[0].name).join(', ')}`);
    const [computation] = waiting.splice(next, 1);
    for (const { name } of computation.datasets) done.add(name);
    ordered.push(computation);
  }
  return ordered;
}
