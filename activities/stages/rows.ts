/** A layer whose datasets are computed from rows of other partitions, all of them in memory. */
import type { Upstream } from '../../graph/catalog/dataset';
import type { PartitionRows } from '../../graph/datasets/rowsOperator';
import type { Computation } from '../../graph/catalog/datasetGraph';
import type { TableBatch } from '../../graph/datasets/schema';
import type { PartitionKey } from '../../graph/datasets/units';
import type { Ended } from '../publishing/publication';
import type { Build } from './build';

/** More than any dataset looks back to. */
const MAX_RECENT = 128;

export async function buildRows(build: Build): Promise<Ended> {
  const { partition, computations, publication } = build;
  for (const computation of computations) {
    const { operator } = computation;
    if (operator.kind !== 'rows') throw new Error(`${operator.module} does not compute from rows alone`);
    const computed = operator.compute(partition.key, await upstreamRows(computation, build));
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
    const found: PartitionRows[] = [];
    for (const { key } of build.partitionsOf(wanted))
      found.push({ key, batches: await batchesOf(wanted, key, build) });
    rows.set(wanted.dataset, found);
  }
  return rows;
}

async function batchesOf(
  { dataset, columns }: Upstream,
  key: PartitionKey,
  { lake, graph, recent, context: { signal } }: Build,
): Promise<TableBatch[]> {
  const name = `${dataset} ${Object.values(key).join('/')}`;
  const known = recent.get(name);
  if (known) return known;
  const batches: TableBatch[] = [];
  const table = lake.table(graph.table(dataset));
  for await (const batch of table.readPartition({ ...key }, { columns, signal })) batches.push(batch);
  recent.set(name, batches);
  const [oldest] = recent.keys();
  if (recent.size > MAX_RECENT) recent.delete(oldest);
  return batches;
}
