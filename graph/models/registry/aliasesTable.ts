/** `models.aliases`: which version has which role, change by change: the last change of an alias holds; and back from its rows. */
import { flag, instant, int32, name, TableRows, type Column } from '../../datasets/column';
import { INT_NULL, type Row, type TableBatch, type TableContract } from '../../datasets/schema';
import type { Verdict } from '../gate';

/** `champion` is what is served; `challenger` is watched beside it. */
export const ALIASES = ['champion', 'challenger'] as const;
export type Alias = (typeof ALIASES)[number];

export interface AliasChange {
  readonly product: string;
  /** Number of the change among those of the product, from 1. */
  readonly change: number;
  readonly alias: Alias;
  /** The version that has the alias from now on; null where none has. */
  readonly target: { readonly model: string; readonly version: number } | null;
  /** ns UTC. */
  readonly at: bigint;
  /** Person or workflow. */
  readonly by: string;
  /** Why, in words. */
  readonly reason: string;
  /** Whether a person promoted it although the gate did not open. */
  readonly despiteGate: boolean;
  /** What the gate found; null where it was not asked. */
  readonly verdict: Verdict | null;
}

const COLUMNS: readonly Column<AliasChange>[] = [
  name('alias', {
    meaning: 'champion is served, challenger watched',
    oneOf: ALIASES,
    value: ({ alias }) => alias,
  }),
  name('model', {
    meaning: 'Family of the version that has it from now on; null where none has',
    nullable: true,
    value: ({ target }) => target?.model ?? null,
  }),
  int32('version', {
    meaning: 'Number of that version',
    nullable: true,
    value: ({ target }) => target?.version ?? null,
  }),
  instant('at', { meaning: 'When it was changed', value: ({ at }) => at }),
  name('by', { meaning: 'Who changed it', value: ({ by }) => by }),
  name('reason', { meaning: 'Why', value: ({ reason }) => reason }),
  flag('despite_gate', {
    meaning: 'Whether a person promoted it although the gate did not open',
    value: ({ despiteGate }) => despiteGate,
  }),
  name('verdict', {
    unit: 'JSON',
    meaning: 'What the gate found: gains with their bounds, and its words',
    nullable: true,
    value: ({ verdict }) => verdict && JSON.stringify(verdict),
  }),
];

export const modelAliases: TableContract = {
  name: 'models.aliases',
  description:
    'History of champion and challenger by product: who made which version what, when and why. The last change of an alias holds.',
  version: 1,
  columns: [
    ...COLUMNS,
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product, e.g. ES' },
    { name: 'change', type: 'int32', unit: '', meaning: 'Number of the change, from 1' },
  ],
  partitionBy: ['product', 'change'],
  key: ['product', 'change'],
};

/** The one row of a change. */
export function aliasRow(change: AliasChange): TableBatch {
  const rows = new TableRows(modelAliases, COLUMNS);
  rows.push(change);
  return rows.take();
}

export function aliasChangeOf(row: Row): AliasChange {
  const version = row.version as number | null;
  return {
    product: row.product as string,
    change: row.change as number,
    alias: row.alias as Alias,
    target:
      row.model === null || version === null || version === INT_NULL.int32
        ? null
        : { model: row.model as string, version },
    at: row.at as bigint,
    by: row.by as string,
    reason: row.reason as string,
    despiteGate: row.despite_gate as boolean,
    verdict: row.verdict === null ? null : (JSON.parse(row.verdict as string) as Verdict),
  };
}

/** The change of each alias that holds. */
export function currentAliases(history: readonly AliasChange[]): Partial<Record<Alias, AliasChange>> {
  const current: Partial<Record<Alias, AliasChange>> = {};
  for (const change of [...history].sort((a, b) => a.change - b.change)) current[change.alias] = change;
  return current;
}
