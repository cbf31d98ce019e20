/** Where a partition came from: its own build, and those of everything it was computed from, down to the raw files. */
import type { Dataset } from '../../graph/catalog/dataset';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { keyText, label, parseKey, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { sessionOf } from '../../graph/market/calendar';
import { dayNumber } from '../../graph/market/days';
import type { Lake } from '../../lake/lake';
import type { RawCatalog } from '../../lake/raw/registry';

const RAW_FILES = 'raw.dbn';

export interface LineageNode {
  dataset: string;
  /** `ESH4/2024-03-04`, or the name of a raw file. */
  key: string;
  /** Module of the operator that computed it. */
  operator?: string;
  /** Digest of the build, or of the raw file; absent where nothing was built. */
  digest?: string;
  codeVersion?: string;
  rows?: number;
  workflowId?: string;
  runId?: string;
  upstream: LineageNode[];
}

/**
 * The lineage of one partition of a table.
 * @param key as the unit of the dataset has it, e.g. `CONTRACT/TRADE_DATE`
 * @throws SpymasterError UnknownTable; BadArgument for a key of another form, or of what cannot exist; NoInput for what was never built
 */
export async function lineageOf(
  lake: Lake,
  graph: DatasetGraph,
  table: string,
  key: string,
): Promise<LineageNode> {
  const dataset = graph.dataset(table);
  if (!dataset.table || dataset.layer === 'ops')
    throw new SpymasterError('BadArgument', `${table} is not built from other datasets`, {
      expected: graph.datasets
        .filter(({ layer }) => layer !== 'raw' && layer !== 'ops')
        .map(({ name }) => name)
        .join(', '),
    });
  const partition = parseKey(dataset.unit, key);
  checkKey(lake, partition);
  const root = await new LineageReader(lake, graph, await lake.raw.catalog()).nodeOf(dataset, partition);
  if (root.digest === undefined)
    throw new SpymasterError('NoInput', `${table} of ${label(partition)} was never built`, {
      expected: 'a partition that `./spymaster partitions` lists',
    });
  return root;
}

/** A key that names what cannot exist is wrong, and not merely unbuilt. */
function checkKey({ products }: Lake, { key }: Partition): void {
  const dates = [key.trade_date, key.first_date, key.last_date].filter((date) => date !== undefined);
  dates.forEach(dayNumber);
  if (key.product !== undefined) products.productOf(key.product);
  if (key.contract === undefined) return;
  const { product } = products.contractOf(key.contract, dates[0]);
  dates.forEach((date) => sessionOf(date, product));
}

class LineageReader {
  constructor(
    private readonly lake: Lake,
    private readonly graph: DatasetGraph,
    private readonly catalog: RawCatalog,
  ) {}

  async nodeOf(
    { name, layer, operator, table, upstream }: Dataset,
    partition: Partition,
  ): Promise<LineageNode> {
    const found = (await this.lake.table(table!).snapshot()).partition({ ...partition.key });
    const node: LineageNode = {
      dataset: name,
      key: keyText(partition),
      operator: operator.module,
      ...(found && { rows: found.rows }),
      ...(found?.lineage && {
        digest: found.lineage.digest,
        codeVersion: found.lineage.codeVersion,
        workflowId: found.lineage.workflowId,
        runId: found.lineage.runId,
      }),
      upstream: [],
    };
    for (const { dataset, partitions } of upstream) {
      const source = this.graph.dataset(dataset);
      // A dataset of the same layer is computed in the same pass, so that no build records it as an input.
      if (source.layer === layer) node.upstream.push(await this.nodeOf(source, partition));
      else if (source.table)
        for (const of of recorded(found?.lineage?.inputs, source))
          node.upstream.push(await this.nodeOf(source, of));
      else if (partitions === 'overlapping') node.upstream.push(...this.rawFiles(found?.lineage?.inputs));
    }
    return node;
  }

  /** The raw files a build says it read; one that is no longer registered is named by its digest. */
  private rawFiles(inputs: readonly string[] = []): LineageNode[] {
    return inputs
      .filter((input) => input.startsWith(`${RAW_FILES} `))
      .map((input) => {
        const digest = input.slice(input.lastIndexOf('@') + 1);
        const file = this.catalog.files.find((known) => known.digest === digest);
        return {
          dataset: RAW_FILES,
          key: file?.name ?? digest,
          digest,
          ...(file && { rows: file.records }),
          upstream: [],
        };
      });
  }
}

/** The partitions of a dataset that a build says it read: it names layers, for these are published together. */
const recorded = (inputs: readonly string[] = [], { layer, unit }: Dataset): Partition[] =>
  inputs
    .filter((input) => input.startsWith(`${layer} `))
    .map((input) => parseKey(unit, input.slice(layer.length + 1, input.lastIndexOf('@'))));
