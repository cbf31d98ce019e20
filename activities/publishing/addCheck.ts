/** Adds to the checks of a published build what was found about it later; found again, it takes the place of what was. */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { LastBuild } from '../../graph/catalog/partitionsTable';
import { keyText } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import type { CheckResult } from '../../graph/quality/checks';
import { checkOf, checkRows, qualityChecks } from '../../graph/quality/checksTable';
import type { Lake } from '../../lake/lake';

interface AddedCheck {
  readonly build: LastBuild;
  readonly check: CheckResult;
  /** Who found it, for lineage. */
  readonly run: { readonly workflowId: string; readonly runId: string };
  readonly graph: DatasetGraph;
}

/** Times in a row that the checks may change between being read and being replaced. */
const MAX_RACES = 50;

export async function addCheck(lake: Lake, { build, check, run, graph }: AddedCheck): Promise<void> {
  const { layer, partition, digest } = build;
  const table = lake.table(qualityChecks);
  const place = { layer, partition: keyText(partition) };
  const checkedAt = BigInt(Date.now()) * 1_000_000n;
  for (let races = 0; ; races++) {
    const basedOn = await table.snapshot();
    const rows = checkRows();
    for (const row of await table.readRows({ partition: place }))
      if (row.check_name !== check.check)
        rows.push({
          ...build,
          result: checkOf(row),
          digest: row.digest as string,
          checkedAt: row.checked_at as bigint,
        });
    rows.push({ ...build, result: check, digest, checkedAt });
    try {
      const lineage = { inputs: [], codeVersion: graph.codeVersionOf(layer), digest, ...run };
      await table.overwritePartition(place, [rows.take()], { operation: `check ${layer}`, lineage, basedOn });
      return;
    } catch (error) {
      const outrun = error instanceof SpymasterError && error.code === 'CommitConflict';
      if (!outrun || races === MAX_RACES) throw error;
    }
  }
}
