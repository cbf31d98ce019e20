/**
 * What a dataset is built by: the unit of its partitions. The columns of a unit name a partition of any table that has it, in the
 * table itself, in plans, in locks and in lineage.
 */
import { SpymasterError } from '../errors';

export const UNITS = {
  /** One contract on one trade date. */
  'contract-date': ['contract', 'trade_date'],
  /** One product on one trade date, whichever its contracts: what must be known when that date's session begins. */
  'product-date': ['product', 'trade_date'],
  /** One product over a range of trade dates. */
  'product-range': ['product', 'first_date', 'last_date'],
  /** One of the partitions in which precedents are looked for, as of the sessions before a trade date. */
  'level-partition': ['product', 'level_partition', 'trade_date'],
  /** One version of a model. */
  'model-version': ['product', 'model', 'version'],
} as const satisfies Record<string, readonly string[]>;

export type Unit = keyof typeof UNITS;

/** A value for every column of a unit, e.g. `{ contract: 'ESH4', trade_date: '2024-03-05' }`. */
export type PartitionKey = Readonly<Record<string, string>>;

/** One partition of a unit. */
export interface Partition {
  readonly unit: Unit;
  readonly key: PartitionKey;
}

/** `ESH4/2024-03-05`: how a partition is written in plans, records and on the command line. */
export const keyText = ({ unit, key }: Partition): string =>
  UNITS[unit].map((column) => key[column]).join('/');

/** `ESH4 2024-03-05`: how people read it. */
export const label = (partition: Partition): string => keyText(partition).replaceAll('/', ' ');

/**
 * The partition a text names.
 * @throws SpymasterError BadArgument for a text of another form
 */
export function parseKey(unit: Unit, text: string): Partition {
  const columns: readonly string[] = UNITS[unit];
  const values = text.split('/');
  if (values.length !== columns.length || values.some((value) => value === ''))
    throw new SpymasterError('BadArgument', `"${text}" names no partition`, {
      expected: `${columns.join('/').toUpperCase()}, e.g. ${EXAMPLES[unit]}`,
    });
  return { unit, key: Object.fromEntries(columns.map((column, k) => [column, values[k]])) };
}

const EXAMPLES: Readonly<Record<Unit, string>> = {
  'contract-date': 'ESH4/2024-03-04',
  'product-date': 'ES/2024-03-04',
  'product-range': 'ES/2024-01-02/2024-03-28',
  'level-partition': 'ES/PM_HIGH-UP-0/2024-03-04',
  'model-version': 'ES/baseline/7',
};

/** The day a partition belongs to, by which partitions come before one another; undefined where time plays no part. */
export const dateOf = ({ key }: Partition): string | undefined => key.trade_date ?? key.last_date;

/** The partition of a contract on a trade date. */
export const contractDate = (contract: string, tradeDate: string): Partition => ({
  unit: 'contract-date',
  key: { contract, trade_date: tradeDate },
});

/** The partition of a product on a trade date. */
export const productDate = (product: string, tradeDate: string): Partition => ({
  unit: 'product-date',
  key: { product, trade_date: tradeDate },
});
