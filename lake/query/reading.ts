/** Queries read: whatever else a statement might do is refused by its name, before it is run. */
import { StatementType, type DuckDBConnection } from '@duckdb/node-api';
import { SpymasterError } from '../../graph/errors';
import { firstWords, splitStatements } from './statements';

/** How statements begin that read, and those that set something for the ones after them. */
const READING = new Set(
  'SELECT FROM WITH VALUES TABLE DESCRIBE DESC SHOW SUMMARIZE PIVOT UNPIVOT PRAGMA CALL SET RESET USE'.split(
    ' ',
  ),
);
/** Types of statements that begin like one that reads, and write: `WITH ... INSERT INTO`. */
const WRITING: readonly StatementType[] = [
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
];
/** Words of a statement's name, as opposed to those of what it is about. */
const NAMING =
  /^(OR|REPLACE|TEMP|TEMPORARY|TABLE|VIEW|SCHEMA|MACRO|FUNCTION|TYPE|SEQUENCE|INDEX|SECRET|INTO|DATABASE|TRANSACTION)$/;

/**
 * @param files whether files of this machine may be written: `COPY ... TO`
 * @throws SpymasterError BadArgument naming the first statement of a text that does not read
 */
export async function requireReading(
  connection: DuckDBConnection,
  sql: string,
  files = false,
): Promise<void> {
  for (const { text } of splitStatements(sql)) {
    const words = firstWords(text);
    const [verb] = words;
    if (verb === undefined || (files && verb === 'COPY')) continue; // What begins with no word, DuckDB refuses.
    if (!READING.has(verb)) throw refused(words);
    const type = await typeOf(connection, text);
    if (type !== undefined && WRITING.includes(type)) throw refused([StatementType[type].replace('_', ' ')]);
  }
}

/** The type of a statement; undefined for one that DuckDB does not understand, or that is several to it. */
async function typeOf(connection: DuckDBConnection, statement: string): Promise<StatementType | undefined> {
  try {
    const extracted = await connection.extractStatements(statement);
    if (extracted.count === 1) return (await extracted.prepare(0)).statementType;
  } catch {
    // Running it will tell what is wrong with it.
  }
  return undefined;
}

function refused([verb, ...words]: readonly string[]): SpymasterError {
  const naming = words.findIndex((word) => !NAMING.test(word));
  const name = [verb, ...(naming < 0 ? words : words.slice(0, naming))].join(' ');
  if (verb === 'COPY')
    return new SpymasterError('BadArgument', `${name} is refused: local files are off`, {
      expected: '--allow-files, or the result itself: --format csv > FILE',
    });
  if (verb === 'INSTALL' || verb === 'LOAD')
    return new SpymasterError('BadArgument', `${name} is refused: DuckDB runs without extensions here`);
  return new SpymasterError('BadArgument', `${name} is refused: queries read the lake and change nothing`, {
    expected: 'SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE, PIVOT or EXPLAIN of one of these',
  });
}
