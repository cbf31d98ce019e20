/** `spymaster graph`: the declared datasets and what each is computed from. */
import type { Command } from 'commander';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { spell } from '../../../graph/catalog/datasetGraph';
import { print, printJson, printTable } from '../terminal/output';

export function define(command: Command): void {
  command
    .option('--json', 'print the declaration as JSON')
    .option('--mermaid', 'print the graph as a Mermaid diagram')
    .action(({ json, mermaid: asMermaid }: { json?: boolean; mermaid?: boolean }) => {
      if (json) {
        printJson({
          datasets: DATASET_GRAPH.datasets.map(({ table, operator, ...dataset }) => ({
            ...dataset,
            operator: operator.module,
            partitionBy: table?.partitionBy ?? [],
            key: table?.key ?? [],
            columns: table?.columns ?? [],
          })),
        });
      } else if (asMermaid) print(`${DATASET_GRAPH.mermaid()}\n`);
      else
        printTable(
          ['dataset', 'unit', 'computed from', 'settings', 'by', 'version'],
          DATASET_GRAPH.datasets.map(({ name, unit, upstream, settings, operator, codeVersion }) => [
            name,
            unit,
            upstream
              .map(({ dataset, partitions }) =>
                partitions === 'same' ? dataset : `${dataset} (${spell(partitions)})`,
              )
              .join(', '),
            settings.join(', '),
            operator.module,
            codeVersion,
          ]),
        );
    });
}
