/** `spymaster export TABLE`: a table, or a part of it, as a file other programs read. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments';

export interface ExportOptions {
  format: 'parquet' | 'csv' | 'ndjson';
  out?: string;
  where?: string;
  atVersion?: number;
  json?: boolean;
}

const HELP = `
The file appears when it is complete. Without --out, csv and ndjson go to standard output.
In ndjson 64-bit integers are strings; bytes are written in hex in csv and ndjson.

  spymaster export silver.bars --format parquet --out bars.parquet --where "trade_date = '2023-12-26'"`;

export function registerExport(program: Command): void {
  program
    .command('export')
    .description('Write a table of the lake to a Parquet, CSV or NDJSON file.')
    .argument('<table>', 'layer.table, such as silver.bars')
    .addOption(
      new Option('--format <format>', 'form of the file')
        .choices(['parquet', 'csv', 'ndjson'])
        .default('parquet'),
    )
    .option('--out <file>', 'where to write')
    .option('--where <condition>', 'only rows for which this SQL condition holds')
    .option('--at-version <n>', 'the table as of this version', wholeNumber)
    .option('--json', 'print what was written as one JSON document')
    .addHelpText('after', HELP)
    .action((table: string, options: ExportOptions) => {
      const { exportTable } = require('../exportTable') as typeof import('../exportTable');
      return exportTable(table, options);
    });
}
