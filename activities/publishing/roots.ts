/** The product of a partition. */
import type { Partition } from '../../graph/datasets/units';
import type { TradingCalendar } from '../../graph/market/hours';
import type { Products } from '../../graph/products/catalog';
import { productsOf, type FeatureSettings } from '../../graph/settings';

/** Root of the product a partition is of; a contract of no known product stands for itself. */
export function rootOf({ key }: Partition, products: Products): string {
  if (key.product !== undefined) return key.product;
  const parsed = products.parseSymbol(key.contract);
  return parsed.kind === 'outright' ? parsed.product.root : key.contract;
}

/**
 * The trade dates of a partition's product.
 * @throws SpymasterError BadArgument for an unknown product
 */
export function calendarOf(partition: Partition, features: FeatureSettings): TradingCalendar {
  const products = productsOf(features);
  return products.productOf(rootOf(partition, products));
}
