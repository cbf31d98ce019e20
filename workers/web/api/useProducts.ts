import type { z } from 'zod';
import { settingsAnswer } from '../../../graph/api/operations';
import { futureSymbol } from '../../../graph/products/symbols';
import { useApi } from './useApi';

export type ShownProduct = z.infer<typeof settingsAnswer>['products'][number];

/** What is known of the product of a contract, such as `ESH4`; undefined until it is, and where nothing is. */
export function useProducts(): (contract: string) => ShownProduct | undefined {
  const { answer } = useApi(settingsAnswer, '/settings');
  return (contract) => {
    const root = futureSymbol(contract)?.root;
    return answer?.products.find((product) => product.root === root);
  };
}
