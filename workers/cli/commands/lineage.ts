/** `spymaster lineage`: what a partition was computed from, by which code, in which run. */
import type { Command } from 'commander';
import { lineageOf, type LineageNode } from '../../../activities/reports/lineage';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { openExistingLake } from '../openLake';
import { print, printJson } from '../terminal/output';

export function define(command: Command): void {
  command
    .argument('<table>', 'a table, e.g. gold.outcomes')
    .argument('<key>', 'contract (or product) and trade date, e.g. ESH4/2024-03-04')
    .option('--json', 'print the lineage as JSON')
    .action(showLineage);
}

async function showLineage(table: string, key: string, { json }: { json?: boolean }): Promise<void> {
  const root = await lineageOf(await openExistingLake(), DATASET_GRAPH, table, key);
  if (json) printJson(root);
  else print(`${draw(root).join('\n')}\n`);
}

function draw(node: LineageNode): string[] {
  const { dataset, key, rows, digest, codeVersion, workflowId, operator } = node;
  const built = digest === undefined ? 'not built' : `${rows ?? '?'} rows, digest ${digest.slice(0, 12)}`;
  const by = workflowId === undefined ? '' : `, ${operator} (${codeVersion}), by ${workflowId}`;
  const lines = [`${dataset} ${key}: ${built}${by}`];
  node.upstream.forEach((child, k) => {
    const last = k === node.upstream.length - 1;
    const [head, ...rest] = draw(child);
    lines.push(`${last ? '└─' : '├─'} ${head}`, ...rest.map((line) => `${last ? '  ' : '│ '} ${line}`));
  });
  return lines;
}
