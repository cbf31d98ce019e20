/** The products there are: the built-in ones and the user's. Made once from the configuration and handed over. */
import { SpymasterError } from '../errors';
import type { IsoDate } from '../market/days';
import { BUILT_IN } from './builtIn';
import {
  chooseContract,
  contractFrom,
  frontContract,
  isListed,
  type Contract,
  type ContractChoice,
  type ContractVolume,
} from './contracts';
import { overridden, productEntry, productFrom, type ProductOverride } from './entry';
import type { Product } from './profile';
import { futureSymbol, isSpread, optionSymbol } from './symbols';

/** The user's part of the catalog, by root; plain JSON. */
export type ProductOverrides = Readonly<Record<string, ProductOverride>>;

/**
 * A raw symbol taken apart. `spread` is any combination: calendar spreads (`ESH5-ESM5`) and user-defined ones
 * (`UD:1V: ...`); they trade at differences, often negative, and must never be mistaken for the contract itself.
 */
type ParsedSymbol =
  | { kind: 'outright'; product: Product; month: number; yearDigits: string }
  | {
      kind: 'option';
      product: Product;
      root: string;
      month: number;
      yearDigits: string;
      right: 'C' | 'P';
      strike: number;
    }
  | { kind: 'spread' }
  | { kind: 'unknown' };

export class Products {
  private readonly byRoot = new Map<string, Product>();
  private readonly byOptionRoot = new Map<string, Product>();

  /**
   * @param overrides whole products, and of built-in ones what shall differ
   * @throws SpymasterError BadArgument naming what is wrong
   */
  constructor(overrides: ProductOverrides = {}) {
    for (const root of new Set([...Object.keys(BUILT_IN), ...Object.keys(overrides)])) {
      const product = Object.hasOwn(overrides, root) ? ownProduct(root, overrides[root]) : builtIn(root);
      this.byRoot.set(root, product);
      for (const optionRoot of product.optionRoots) this.byOptionRoot.set(optionRoot, product);
    }
  }

  get all(): readonly Product[] {
    return [...this.byRoot.values()];
  }

  find(root: string): Product | undefined {
    return this.byRoot.get(root);
  }

  /** The product whose futures, or options, have symbols of that root. */
  ownerOf(root: string): Product | undefined {
    return this.byRoot.get(root) ?? this.byOptionRoot.get(root);
  }

  /**
   * The product with that root.
   * @throws SpymasterError BadArgument saying what to write into the configuration
   */
  productOf(root: string): Product {
    const product = this.byRoot.get(root);
    if (product) return product;
    throw new SpymasterError('BadArgument', `no product "${root}"`, {
      expected: `${[...this.byRoot.keys()].join(', ')}; or in spymaster.config.yaml:\n${yamlFor(root)}`,
    });
  }

  /** Recognises what a raw symbol of the exchange names; months are 1-12, strikes as written. */
  parseSymbol(symbol: string): ParsedSymbol {
    if (isSpread(symbol)) return { kind: 'spread' };
    const future = futureSymbol(symbol);
    if (future) {
      const product = this.byRoot.get(future.root);
      if (!product || !isListed(product, future.month)) return { kind: 'unknown' };
      return { kind: 'outright', product, month: future.month, yearDigits: future.yearDigits };
    }
    const option = optionSymbol(symbol);
    const product = option && this.byOptionRoot.get(option.root);
    return product ? { kind: 'option', product, ...option } : { kind: 'unknown' };
  }

  /** Whether a symbol names a single future of a known product. */
  isOutright(symbol: string): boolean {
    return this.parseSymbol(symbol).kind === 'outright';
  }

  /**
   * The contract a symbol named on a date; see `contractFrom`.
   * @throws SpymasterError BadArgument if it names no single future of a known product
   */
  contractOf(symbol: string, on: IsoDate): Contract {
    const future = futureSymbol(symbol);
    if (!future)
      throw new SpymasterError('BadArgument', `"${symbol}" is not a futures contract`, {
        expected: 'root, month code and year, e.g. ESH4',
      });
    const product = this.byRoot.get(future.root);
    if (!product)
      throw new SpymasterError('BadArgument', `"${symbol}" is not a contract of a known product`, {
        expected: `in spymaster.config.yaml:\n${yamlFor(future.root)}`,
      });
    if (!isListed(product, future.month))
      throw new SpymasterError('BadArgument', `"${symbol}" cannot exist`, {
        expected: `a month of ${product.months}`,
      });
    return contractFrom(product, symbol, future, on);
  }

  /** The front contract of a trade date by the calendar alone. */
  frontContract(root: string, tradeDate: IsoDate): Contract {
    return frontContract(this.productOf(root), tradeDate);
  }

  /** The contract of a trade date by the volumes of the one before; see `chooseContract` in contracts.ts. */
  chooseContract(
    root: string,
    tradeDate: IsoDate,
    previousVolumes: readonly ContractVolume[],
  ): ContractChoice {
    return chooseContract(this.productOf(root), tradeDate, previousVolumes);
  }
}

/** Problems of one override, with the path to each. Empty where it makes a product. */
export function problemsOf(
  root: string,
  override: ProductOverride,
): { path: PropertyKey[]; message: string }[] {
  if (!/^[A-Z0-9]{1,6}$/.test(root)) return [{ path: [], message: 'must be a root such as CL' }];
  const result = productEntry.safeParse(overridden(BUILT_IN[root], override));
  return result.success ? [] : result.error.issues.map(({ path, message }) => ({ path, message }));
}

function ownProduct(root: string, override: ProductOverride): Product {
  const [problem] = problemsOf(root, override);
  if (problem)
    throw new SpymasterError(
      'BadArgument',
      `products.${[root, ...problem.path].join('.')}: ${problem.message}`,
    );
  return productFrom(root, productEntry.parse(overridden(BUILT_IN[root], override)));
}

/** The built-in products that were asked for, which are the same for everybody. */
const made = new Map<string, Product>();

function builtIn(root: string): Product {
  let product = made.get(root);
  if (!product) made.set(root, (product = productFrom(root, productEntry.parse(BUILT_IN[root]))));
  return product;
}

/** What makes a product of a root, with figures to be filled in. */
const yamlFor = (root: string) => `products:
  ${root}:
    name: ...
    exchange: XCME
    tick: '0.01'
    multiplier: 1000
    months: FGHJKMNQUVXZ
    expiry: { month: -1, day: 25, before: 3 }
    expiryTime: '14:30'
    roll: { month: -1, day: 25, before: 6 }
    hours: { open: '18:00', close: '17:00', rth: ['09:00', '14:30'] }
    holidays: energy-metals`;
