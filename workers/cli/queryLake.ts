/** What `spymaster query` does. */
import { text } from 'node:stream/consumers';
import { runQuery } from '../../lake/query/query';
import type { QueryOptions } from './commands/query';
import { untilInterrupted } from './interrupt';
import { openLake } from './openLake';
import { resultPrinter } from './resultPrinter';

export async function queryLake(sql: string, { format, json }: QueryOptions): Promise<void> {
  const query = sql === '-' ? await text(process.stdin) : sql;
  const printer = resultPrinter(json ? 'json' : format);
  const lake = await openLake();
  await untilInterrupted((signal) => runQuery(lake, query, printer, signal));
  printer.end();
}
