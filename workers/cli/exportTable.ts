/** What `spymaster export` does. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { exportSql, exportTable as writeTable } from '../../lake/query/export';
import { runQuery } from '../../lake/query/query';
import type { ExportOptions } from './commands/export';
import { untilInterrupted } from './interrupt';
import { openLake } from './openLake';
import { note, printJson } from './output';
import { resultPrinter } from './resultPrinter';

export async function exportTable(name: string, options: ExportOptions): Promise<void> {
  const { format, out, where, atVersion: version, json } = options;
  const lake = await openLake();
  const contract = lake.contract(name);
  if (out === undefined) {
    if (format === 'parquet' || json)
      throw new SpymasterError('BadArgument', 'a file is needed to write to', { field: '--out' });
    const printer = resultPrinter(format);
    const sql = await exportSql(lake, contract, format, { where, version });
    await untilInterrupted((signal) => runQuery(lake, sql, printer, signal));
    return printer.end();
  }
  const file = resolve(out);
  const rows = await untilInterrupted((signal) =>
    writeTable(lake, contract, format, file, { where, version, signal }),
  );
  const { size: bytes } = await stat(file);
  if (json) printJson({ table: name, file, format, rows, bytes });
  else note(`${rows} rows of ${name} in ${file} (${bytes} bytes)`);
}
