/** `spymaster lineage`: what a partition was computed from, by which code, in which run. */
import type { Command } from 'commander';
import type { LineageNode } from '../../../activities/reports/lineage';
import { printJson } from '../output';

export function registerLineage(program: Command): void {
  program
    .command('lineage')
    .description('Show what a partition was computed from, down to the raw files.')
    .argument('<table>', 'a table, e.g. gold.outcomes')
    .argument('<key>', 'contract and trade date, e.g. ESH4/2024-03-04')
    .option('--json', 'print the lineage as JSON')
    .action(async (table: string, key: string, { json }: { json?: boolean }) => {
      // Required here, so that `--help` need not load the lake.
      const { lineageOf } =
        require('../../../activities/reports/lineage') as typeof import('../../../activities/reports/lineage');
      const { openLake } = require('../openLake') as typeof import('../openLake');
      const root = await lineageOf(await openLake(), table, key);
      if (json) printJson(root);
      else process.stdout.write(`${draw(root).join('\n')}\n`);
    });
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
