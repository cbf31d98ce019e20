/** `spymaster graph`: the declared datasets and what each is computed from. */
import type { Command } from 'commander';
import { DATASETS, mermaid } from '../../../graph/datasets/declaration';
import { printJson, printTable } from '../terminal/output';

export function define(command: Command): void {
  command
    .option('--json', 'print the declaration as JSON')
    .option('--mermaid', 'print the graph as a Mermaid diagram')
    .action(({ json, mermaid: asMermaid }: { json?: boolean; mermaid?: boolean }) => {
      if (json) {
        printJson({
          datasets: DATASETS.map(({ table, ...dataset }) => ({
            ...dataset,
            partitionBy: table?.partitionBy ?? [],
            key: table?.key ?? [],
            columns: table?.columns ?? [],
          })),
        });
      } else if (asMermaid) process.stdout.write(`${mermaid()}\n`);
      else
        printTable(
          ['dataset', 'computed from', 'by', 'version'],
          DATASETS.map(({ name, upstream, operator, codeVersion }) => [
            name,
            upstream
              .map(({ dataset, partition }) => (partition === 'same' ? dataset : `${dataset} (${partition})`))
              .join(', '),
            operator,
            codeVersion,
          ]),
        );
    });
}
