/** Minute bars out of a Parquet or CSV file. */
import { stat } from 'node:fs/promises';
import { SpymasterError } from '../graph/errors';
import type { ColumnContract } from '../graph/datasets/schema';
import type { Product } from '../graph/products/profile';
import type { MinuteSeries } from '../graph/study/minuteBars';
import { engine, quote, quoteName } from './parquet/engine';
import { wordsOf } from './parquet/failure';
import { readBatches, type ColumnBatch } from './parquet/read';

const PRICES = ['open', 'high', 'low', 'close'] as const;
const EXPECTED =
  'a Parquet or CSV file with columns open, high, low and close (points) and one timestamp column, the start of the minute in UTC';

const COLUMNS: readonly ColumnContract[] = [
  { name: 'start', type: 'int64', unit: 'ns UTC', meaning: 'Start of the minute.' },
  ...PRICES.map((name) => ({ name, type: 'int32', unit: 'ticks', meaning: `Price at ${name}.` }) as const),
];

/**
 * Reads a series of minute bars, whatever the order of its rows.
 * @throws SpymasterError NoInput if there is no such file; BadArgument, naming the first wrong row, if it is none of minute bars of
 * the product; Cancelled
 */
export async function readMinuteBars(
  file: string,
  product: Product,
  signal?: AbortSignal,
): Promise<MinuteSeries> {
  if (!(await stat(file).catch(() => null))?.isFile())
    throw new SpymasterError('NoInput', `there is no file ${file}`, { file, expected: EXPECTED });
  const bars = `(SELECT epoch_ns(${quoteName(await timeColumn(file, signal))}) AS start, ${PRICES.join(', ')} FROM ${quote(file)})`;
  await requireBars(file, bars, product, signal);

  const ticks = PRICES.map((name) => `round(${name} * 1e9 / ${product.tickNanos})::INTEGER AS ${name}`);
  const batches: ColumnBatch[] = [];
  for await (const batch of readBatches(
    `(SELECT start, ${ticks.join(', ')} FROM ${bars} ORDER BY start)`,
    COLUMNS,
    signal,
  ))
    batches.push(batch);
  const rows = batches.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const joined = <T extends BigInt64Array | Int32Array>(name: string, out: T): T => {
    let at = 0;
    for (const { rowCount, columns } of batches) {
      out.set(columns[name].slice(0, rowCount) as never, at);
      at += rowCount;
    }
    return out;
  };
  return {
    start: joined('start', new BigInt64Array(rows)),
    open: joined('open', new Int32Array(rows)),
    high: joined('high', new Int32Array(rows)),
    low: joined('low', new Int32Array(rows)),
    close: joined('close', new Int32Array(rows)),
  };
}

/** The one column of times. */
async function timeColumn(file: string, signal?: AbortSignal): Promise<string> {
  const refused = (message: string, cause?: unknown) =>
    new SpymasterError('BadArgument', message, { file, expected: EXPECTED }, { cause });
  let columns: { name: string; type: string }[];
  try {
    const rows = await (await engine()).rows(`DESCRIBE FROM ${quote(file)}`, signal);
    columns = rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  } catch (error) {
    if (error instanceof SpymasterError) throw error;
    const words = wordsOf(error);
    // By its name DuckDB took it for a table.
    const why = words.startsWith('Catalog Error') ? 'its name ends in neither .parquet nor .csv' : words;
    throw refused(`${file} cannot be read: ${why}`, error);
  }
  const names = columns.map(({ name }) => name.toLowerCase());
  const missing = PRICES.filter((name) => !names.includes(name));
  const times = columns.filter(({ type }) => type.startsWith('TIMESTAMP'));
  if (missing.length === 0 && times.length === 1) return times[0].name;
  const found = columns.map(({ name, type }) => `${name} (${type})`).join(', ');
  throw refused(`${file} has no minute bars: its columns are ${found}`);
}

/** What must hold of every bar, by the words for where it does not. */
const rulesOf = ({ root, tickNanos }: Product): [problem: string, wrong: string][] => [
  ['has a value missing', `start IS NULL OR ${PRICES.map((name) => `${name} IS NULL`).join(' OR ')}`],
  ['does not begin with a minute', 'start % 60000000000 <> 0'],
  ['occurs twice', 'start = lag(start) OVER (ORDER BY start)'],
  [
    'has a high below, or a low above, another of its prices',
    'high < greatest(open, low, close) OR low > least(open, close)',
  ],
  [
    `has a price between two ticks of ${root} (${tickNanos / 1e9} points)`,
    PRICES.map(
      (name) => `abs(${name} * 1e9 / ${tickNanos} - round(${name} * 1e9 / ${tickNanos})) > 1e-6`,
    ).join(' OR '),
  ],
];

async function requireBars(
  file: string,
  bars: string,
  product: Product,
  signal?: AbortSignal,
): Promise<void> {
  const cases = rulesOf(product).map(([problem, wrong]) => `WHEN ${wrong} THEN ${quote(problem)}`);
  const [first] = await (
    await engine()
  ).rows(
    `SELECT make_timestamp_ns(start)::VARCHAR, problem FROM (SELECT start, CASE ${cases.join(' ')} END AS problem FROM ${bars})
     WHERE problem IS NOT NULL ORDER BY start LIMIT 1`,
    signal,
  );
  if (first)
    throw new SpymasterError(
      'BadArgument',
      `the bar of ${first[0] === null ? 'no time' : `${String(first[0])} UTC`} ${String(first[1])}`,
      {
        file,
        expected: EXPECTED,
      },
    );
}
