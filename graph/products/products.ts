/** The futures Spymaster knows: tick, multiplier, months, and how their symbols are written. */
import { SpymasterError } from '../errors';

export interface Product {
  /** Symbol without month and year, e.g. `ES`. */
  readonly root: string;
  readonly name: string;
  /** Venue as written in instrument definitions (MIC). */
  readonly exchange: 'XCME' | 'XCBT';
  /** Databento dataset that carries it. */
  readonly dataset: string;
  /** Minimum price increment of an outright, 1e-9 of a point. */
  readonly tickNanos: number;
  /** USD per point. */
  readonly multiplier: number;
  /** Listed contract months, as month codes. */
  readonly months: string;
  /** Roots of the options on it, as in `E1AQ3 C4250`. */
  readonly optionRoots: readonly string[];
}

/** Month codes of the exchange, January to December. */
export const MONTH_CODES = 'FGHJKMNQUVXZ';

/** Weeklies on ES: Monday A .. Thursday D of weeks 1-5 (`E3C`), Fridays `EW1`-`EW4`, month end `EW`, quarterly PM `EYC`. */
const ES_OPTIONS = [
  'ES',
  'EW',
  'EYC',
  'EW1',
  'EW2',
  'EW3',
  'EW4',
  ...[1, 2, 3, 4, 5].flatMap((week) => ['A', 'B', 'C', 'D'].map((weekday) => `E${week}${weekday}`)),
];

function equityIndex(
  root: string,
  name: string,
  tickNanos: number,
  multiplier: number,
  exchange: Product['exchange'] = 'XCME',
  optionRoots: readonly string[] = [],
): Product {
  return { root, name, exchange, dataset: 'GLBX.MDP3', tickNanos, multiplier, months: 'HMUZ', optionRoots };
}

export const PRODUCTS: readonly Product[] = [
  equityIndex('ES', 'E-mini S&P 500', 250_000_000, 50, 'XCME', ES_OPTIONS),
  equityIndex('NQ', 'E-mini Nasdaq-100', 250_000_000, 20),
  equityIndex('RTY', 'E-mini Russell 2000', 100_000_000, 50),
  equityIndex('YM', 'E-mini Dow ($5)', 1_000_000_000, 5, 'XCBT'),
  equityIndex('MES', 'Micro E-mini S&P 500', 250_000_000, 5),
  equityIndex('MNQ', 'Micro E-mini Nasdaq-100', 250_000_000, 2),
  equityIndex('M2K', 'Micro E-mini Russell 2000', 100_000_000, 5),
  equityIndex('MYM', 'Micro E-mini Dow ($0.50)', 1_000_000_000, 0.5, 'XCBT'),
];

const byRoot = new Map(PRODUCTS.map((product) => [product.root, product]));

/**
 * The product with that root.
 * @throws SpymasterError BadArgument naming the known roots
 */
export function productOf(root: string): Product {
  const product = byRoot.get(root);
  if (product) return product;
  throw new SpymasterError('BadArgument', `no product "${root}"`, {
    expected: [...byRoot.keys()].join(', '),
  });
}

/**
 * A raw symbol taken apart. `spread` is any combination: calendar spreads (`ESH5-ESM5`) and user-defined ones
 * (`UD:1V: ...`); they trade at differences, often negative, and must never be mistaken for the contract itself.
 */
export type ParsedSymbol =
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

const FUTURE = new RegExp(`^([A-Z0-9]{1,3})([${MONTH_CODES}])(\\d{1,2})$`);
const OPTION = new RegExp(`^([A-Z0-9]{2,3})([${MONTH_CODES}])(\\d{1,2}) ([CP])(\\d+(?:\\.\\d+)?)$`);

/** Recognises what a raw symbol of the exchange names; months are 1-12, strikes in points. */
export function parseSymbol(symbol: string): ParsedSymbol {
  if (symbol.startsWith('UD:') || symbol.includes('-')) return { kind: 'spread' };
  const future = FUTURE.exec(symbol);
  if (future) {
    const product = byRoot.get(future[1]);
    if (!product || !product.months.includes(future[2])) return { kind: 'unknown' };
    return { kind: 'outright', product, month: MONTH_CODES.indexOf(future[2]) + 1, yearDigits: future[3] };
  }
  const option = OPTION.exec(symbol);
  const product = option && PRODUCTS.find(({ optionRoots }) => optionRoots.includes(option[1]));
  if (!option || !product) return { kind: 'unknown' };
  return {
    kind: 'option',
    product,
    root: option[1],
    month: MONTH_CODES.indexOf(option[2]) + 1,
    yearDigits: option[3],
    right: option[4] as 'C' | 'P',
    strike: Number(option[5]),
  };
}

/** Whether a symbol names a single future of a known product. */
export const isOutright = (symbol: string) => parseSymbol(symbol).kind === 'outright';
