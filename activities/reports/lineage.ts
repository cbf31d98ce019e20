/** Where a partition came from: its own commit, and those of everything it was computed from, down to the raw files. */
import { datasetNamed, DATASETS, type Dataset } from '../../graph/datasets/declaration';
import { SpymasterError } from '../../graph/errors';
import type { Lake } from '../../lake/lake';
import type { RawCatalog } from '../../lake/raw/registry';

export interface LineageNode {
  dataset: string;
  /** `ESH4/2024-03-04`, or the name of a raw file. */
  key: string;
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
 * @param key `CONTRACT/TRADE_DATE`
 * @throws SpymasterError UnknownTable, or BadArgument for a key of another form
 */
export async function lineageOf(lake: Lake, table: string, key: string): Promise<LineageNode> {
  const dataset = datasetNamed(table);
  if (!dataset?.table)
    throw new SpymasterError('UnknownTable', `There is no table ${table}`, {
      expected: DATASETS.filter((known) => known.table)
        .map(({ name }) => name)
        .join(', '),
    });
  const [contract, tradeDate] = key.split('/');
  if (!contract || !/^\d{4}-\d{2}-\d{2}$/.test(tradeDate ?? ''))
    throw new SpymasterError('BadArgument', `"${key}" names no partition`, {
      expected: 'CONTRACT/TRADE_DATE, e.g. ESH4/2024-03-04',
    });
  return nodeOf(lake, await lake.raw.catalog(), dataset, contract, tradeDate);
}

async function nodeOf(
  lake: Lake,
  catalog: RawCatalog,
  dataset: Dataset,
  contract: string,
  tradeDate: string,
): Promise<LineageNode> {
  const { name, operator, table, upstream } = dataset;
  const snapshot = await lake.table(table!).snapshot();
  const found = snapshot
    .partitions()
    .find(({ values }) => values.contract === contract && values.trade_date === tradeDate);
  const node: LineageNode = {
    dataset: name,
    key: `${contract}/${tradeDate}`,
    operator,
    ...(found && { rows: found.rows, ...described(found.lineage) }),
    upstream: [],
  };
  for (const { dataset: from, partition } of upstream) {
    const source = datasetNamed(from)!;
    if (partition === 'earlier') continue;
    if (source.table) node.upstream.push(await nodeOf(lake, catalog, source, contract, tradeDate));
    else if (partition === 'overlapping')
      node.upstream.push(...rawNodes(catalog, found?.lineage?.inputs ?? []));
  }
  return node;
}

const described = (
  lineage: { digest: string; codeVersion: string; workflowId: string; runId: string } | undefined,
) =>
  lineage && {
    digest: lineage.digest,
    codeVersion: lineage.codeVersion,
    workflowId: lineage.workflowId,
    runId: lineage.runId,
  };

/** The raw files a partition says it read; one that is no longer registered keeps its digest for a name. */
function rawNodes(catalog: RawCatalog, inputs: readonly string[]): LineageNode[] {
  return inputs.map((input) => {
    const digest = input.slice(input.indexOf('@') + 1);
    const file = catalog.files.find((known) => known.digest === digest);
    return {
      dataset: 'raw.dbn',
      key: file?.name ?? digest,
      digest,
      ...(file && { rows: file.records }),
      upstream: [],
    };
  });
}
