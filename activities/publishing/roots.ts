/** The product of a partition. */
import type { Partition } from '../../graph/datasets/units';
import { parseSymbol } from '../../graph/products/products';

/** Root of the product a partition is of; a contract of no known product stands for itself. */
export function rootOf({ key }: Partition): string {
  if (key.product !== undefined) return key.product;
  const parsed = parseSymbol(key.contract);
  return parsed.kind === 'outright' ? parsed.product.root : key.contract;
}
