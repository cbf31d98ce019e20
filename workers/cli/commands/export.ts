/** `spymaster export TABLE`: a table, or a part of it, as a file other programs read. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { exportSql, exportTable as writeTable } from '../../../lake/query/export';
import { runQuery } from '../../../lake/query/query';
import { wholeNumber } from '../arguments';
import { openExistingLake } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { note, printJson } from '../terminal/output';
import { mayOverwrite, requireFolderOf } from '../terminal/overwrite';
import { printResult } from '../terminal/resultPrinter';

interface Options {
  format: 'parquet' | 'csv' | 'ndjson' | 'arrow';
  out?: string;
  force?: boolean;
  where?: string;
  atVersion?: number;
  json?: boolean;
}

const HELP = `
The file appears, or replaces the one that is there, when it is complete. Without --out, csv, ndjson and arrow go to
standard output. Arrow is an IPC stream there, and an IPC file with --out.
In ndjson 64-bit integers are strings; bytes are written in hex in csv and ndjson.

  ./spymaster export silver.bars --format parquet --out bars.parquet --where "trade_date = '2023-12-26'"`;

export function define(command: Command): void {
  command
    .argument('<table>', 'layer.table, such as silver.bars')
    .addOption(
      new Option('--format <format>', 'form of the file')
        .choices(['parquet', 'csv', 'ndjson', 'arrow'])
        .default('parquet'),
    )
    .option('--out <file>', 'where to write')
    .option('--force', 'overwrite the file if it is there')
    .option('--where <condition>', 'only rows for which this SQL condition holds')
    .option('--at-version <n>', 'the table as of this version', wholeNumber)
    .option('--json', 'print what was written as one JSON document')
    .addHelpText('after', HELP)
    .action(exportTable);
}

async function exportTable(name: string, options: Options): Promise<void> {
  const { format, out, force, where, atVersion: version, json } = options;
  const lake = await openExistingLake();
  const contract = lake.contract(name);
  if (out === undefined) {
    if (format === 'parquet' || json)
      throw new SpymasterError('BadArgument', 'a file is needed to write to', { field: '--out' });
    const sql = await exportSql(lake, contract, format, { where, version });
    return printResult(format, (sink) => untilInterrupted((signal) => runQuery(lake, sql, sink, { signal })));
  }
  const file = resolve(out);
  requireFolderOf(file);
  await mayOverwrite([file], force);
  const rows = await untilInterrupted((signal) =>
    writeTable(lake, contract, format, file, { where, version, signal }),
  );
  const { size: bytes } = await stat(file);
  if (json) printJson({ table: name, file, format, rows, bytes });
  else note(`${rows} rows of ${name} in ${file} (${bytes} bytes)`);
}
