/** The columns of tables about builds: which layer of which partition a row is about. */
import { date, name, type Column } from './column';
import { LAYERS, type Layer } from './layers';
import type { ColumnContract } from './schema';
import type { Partition } from './units';

/** A layer of a partition, as it was built. */
export interface BuiltPartition {
  readonly layer: Layer;
  readonly partition: Partition;
  /** Root of the product the partition is of. */
  readonly product: string;
}

/** Layers of a partition are written by separate builds, so each has its own partition in these tables. */
export const BY_LAYER = ['layer', 'partition'] as const;

/** The columns of `BY_LAYER`. */
export const LAYER_COLUMNS: readonly ColumnContract[] = [
  { name: 'layer', type: 'string', unit: '', meaning: 'Layer the row is about', oneOf: LAYERS },
  {
    name: 'partition',
    type: 'string',
    unit: '',
    meaning: 'Partition the row is about: CONTRACT/TRADE_DATE, or PRODUCT/TRADE_DATE of layers of a product',
  },
];

/** What the partition is of, for queries. */
export const SUBJECT_COLUMNS: readonly Column<BuiltPartition>[] = [
  name('product', { meaning: 'Root of its product, e.g. ES', value: ({ product }) => product }),
  name('contract', {
    meaning: 'Its contract, where it has one',
    nullable: true,
    value: ({ partition }) => partition.key.contract ?? null,
  }),
  date('trade_date', {
    unit: 'day ET',
    meaning: 'Its trade date, where it has one',
    nullable: true,
    value: ({ partition }) => partition.key.trade_date ?? null,
  }),
];
