/**
 * Microsoft's own analyser of the Kusto Query Language: what an eventhouse would refuse of a query or command, and the columns that a
 * query gives.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../infra/root';

export type Columns = readonly (readonly [name: string, type: string])[];

/** What a database has, as far as queries see it. */
export interface Database {
  readonly tables: ReadonlyMap<string, Columns>;
  readonly externalTables: ReadonlyMap<string, Columns>;
  /** Bodies of functions without parameters. */
  readonly functions: ReadonlyMap<string, string>;
  /** Queries of materialized views. */
  readonly views: ReadonlyMap<string, string>;
}

export interface Analysis {
  readonly problems: string[];
  readonly columns: Columns;
}

/** What is to be said of each text; all at once, for the analyser takes a second to begin. */
export function analyse(database: Database, texts: readonly string[]): Analysis[] {
  const lists = Object.fromEntries(
    Object.entries(database).map(([kind, named]) => [kind, [...(named as ReadonlyMap<string, unknown>)]]),
  );
  const script = join(PROJECT_ROOT, 'test', 'support', 'kustoAnalyser.js');
  const run = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    input: JSON.stringify({ database: lists, texts }),
    maxBuffer: 1 << 26,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Analysis[];
}
