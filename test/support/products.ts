/** The built-in products, and the one most tests are about. */
import { Products } from '../../graph/products/catalog';

export const PRODUCTS = new Products();
export const ES = PRODUCTS.productOf('ES');
