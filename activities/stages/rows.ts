/** A layer whose datasets are computed from rows of other partitions, all of them in memory. */
import type { Upstream } from '../../graph/catalog/dataset';
import type { PartitionRows } from '../../graph/datasets/rowsOperator';
import type { Computation } from '../../graph/catalog/datasetGraph';
import type { TableBatch } from '../../graph/datasets/schema';
import type { Partition, PartitionKey } from '../../graph/datasets/units';
import { settingsFor } from '../../graph/settings';
import type { Ended } from '../publishing/publication';
import { rootOf } from '../publishing/roots';
import type { Build } from './build';

/** More partitions than those of all datasets that are looked back to. */
const MAX_RECENT = 1024;

export async function buildRows(build: Build): Promise<Ended> {
  const { partition, computations, publication, features, lake } = build;
  const settings = settingsFor(features, lake.products.productOf(rootOf(partition, lake.products)));
  for (const computation of computations) {
    const { operator } = computation;
    if (operator.kind !== 'rows') throw new Error(`${operator.module} does not compute from rows alone`);
    const computed = operator.compute(partition.key, await upstreamRows(computation, build), settings);
    if (!Array.isArray(computed)) return publication.noData(computed.nothing);
    for (const { table } of computation.datasets) {
      const batches = computed.filter(({ contract }) => contract === table);
      await publication.table(table!, batches);
    }
  }
  return publication.end([]);
}

async function upstreamRows({ upstream }: Computation, build: Build): Promise<Map<string, PartitionRows[]>> {
  const rows = new Map<string, PartitionRows[]>();
  for (const wanted of upstream) {
    const partitions = build.partitionsOf(wanted);
    const batches = await batchesOf(wanted, partitions, build);
    rows.set(
      wanted.dataset,
      partitions.map((partition, k) => ({
        key: partition.key,
        batches: batches[k],
        made: build.madeOf(partition),
      })),
    );
  }
  return rows;
}

/** Rows of each partition; what was not read lately, in one scan. */
async function batchesOf(
  { dataset, columns }: Upstream,
  partitions: readonly Partition[],
  { lake, graph, recent, context: { signal } }: Build,
): Promise<TableBatch[][]> {
  const nameOf = (key: PartitionKey) => `${dataset} ${columns?.join() ?? ''} ${Object.values(key).join('/')}`;
  const absent = partitions.filter(({ key }) => !recent.has(nameOf(key)));
  for (const { key } of absent) recent.set(nameOf(key), []);
  const table = lake.table(graph.table(dataset));
  const keys = absent.map(({ key }) => ({ ...key }));
  for await (const { partition, batch } of table.readPartitions(keys, { columns, signal }))
    recent.get(nameOf(partition))!.push(batch);
  const found = partitions.map(({ key }) => recent.get(nameOf(key))!);
  for (const name of recent.keys()) {
    if (recent.size <= MAX_RECENT) break;
    recent.delete(name);
  }
  return found;
}
