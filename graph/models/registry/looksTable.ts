/** `models.looks`: the looks at candidates that were taken, one a product and month, and what each found; and back from its rows. */
import { figure, instant, name, SHARES, TableRows, type Column } from '../../datasets/column';
import type { Row, TableBatch, TableContract } from '../../datasets/schema';
import type { Verdict } from '../gate';

export interface LookTaken {
  readonly product: string;
  /** `YYYY-MM`: month of the last session the candidates were scored on. */
  readonly month: string;
  /** Spent on all candidates together. */
  readonly alpha: number;
  /** The champion they were compared with, such as `logistic@3`; null where there was none. */
  readonly champion: string | null;
  /** By candidate, such as `logistic@4`. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** ns UTC. */
  readonly at: bigint;
  readonly by: string;
}

const COLUMNS: readonly Column<LookTaken>[] = [
  figure('alpha', {
    nullable: false,
    range: SHARES,
    meaning: 'Error spent on all candidates together',
    value: ({ alpha }) => alpha,
  }),
  name('champion', {
    meaning: 'Version the candidates were compared with; null where there was no champion',
    nullable: true,
    value: ({ champion }) => champion,
  }),
  name('verdicts', {
    unit: 'JSON',
    meaning: 'What the gate found, by candidate',
    value: ({ verdicts }) => JSON.stringify(verdicts),
  }),
  instant('at', { meaning: 'When it was taken', value: ({ at }) => at }),
  name('by', { meaning: 'Who took it', value: ({ by }) => by }),
];

export const modelLooks: TableContract = {
  name: 'models.looks',
  description:
    'Looks at candidates for champion: one a product and month, so that chance has few occasions. Each spends a part of the error a year may have.',
  version: 1,
  columns: [
    ...COLUMNS,
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product, e.g. ES' },
    {
      name: 'month',
      type: 'string',
      unit: '',
      meaning: 'YYYY-MM, month of the last session the candidates were scored on',
    },
  ],
  partitionBy: ['product', 'month'],
  key: ['product', 'month'],
};

/** The one row of a look. */
export function lookRow(look: LookTaken): TableBatch {
  const rows = new TableRows(modelLooks, COLUMNS);
  rows.push(look);
  return rows.take();
}

export const lookOf = (row: Row): LookTaken => ({
  product: row.product as string,
  month: row.month as string,
  alpha: row.alpha as number,
  champion: row.champion as string | null,
  verdicts: JSON.parse(row.verdicts as string) as LookTaken['verdicts'],
  at: row.at as bigint,
  by: row.by as string,
});
