import { ES, PRODUCTS } from '../../support/products';

describe('products', () => {
  it.each([
    ['ES', 12.5],
    ['NQ', 5],
    ['RTY', 5],
    ['YM', 5],
    ['MES', 1.25],
    ['MNQ', 0.5],
    ['M2K', 0.5],
    ['MYM', 0.5],
  ])('%s is worth %d USD a tick', (root, usd) => {
    const { tickNanos, multiplier } = PRODUCTS.productOf(root);
    expect((tickNanos / 1e9) * multiplier).toBeCloseTo(usd, 12);
  });

  it('refuses a root it does not know, naming those it does', () => {
    expect(() => PRODUCTS.productOf('XX')).toThrow(expect.objectContaining({ code: 'BadArgument' }));
    expect(() => PRODUCTS.productOf('XX')).toThrow('"XX"');
  });
});

describe('symbols', () => {
  it.each([
    ['ESH4', 'ES', 3, '4'],
    ['ESZ25', 'ES', 12, '25'],
    ['MESM4', 'MES', 6, '4'],
    ['M2KU5', 'M2K', 9, '5'],
    ['RTYH6', 'RTY', 3, '6'],
  ])('%s is an outright', (symbol, root, month, yearDigits) => {
    expect(PRODUCTS.parseSymbol(symbol)).toEqual({
      kind: 'outright',
      product: PRODUCTS.productOf(root),
      month,
      yearDigits,
    });
    expect(PRODUCTS.isOutright(symbol)).toBe(true);
  });

  it.each(['ESH5-ESM5', 'ESM4-ESU4', 'UD:1V: BO 2864311', 'UD:1V: SG 2864601', 'UD:1V: GN'])(
    '%s is a spread',
    (symbol) => {
      expect(PRODUCTS.parseSymbol(symbol)).toEqual({ kind: 'spread' });
      expect(PRODUCTS.isOutright(symbol)).toBe(false);
    },
  );

  it.each([
    ['ESU3 C4250', 'ES', 9, 'C', 4250],
    ['E1AQ3 P4455', 'E1A', 8, 'P', 4455],
    ['EW3N5 C6300', 'EW3', 7, 'C', 6300],
    ['EWF25 P5000', 'EW', 1, 'P', 5000],
    ['E5DV24 C4302.5', 'E5D', 10, 'C', 4302.5],
  ])('%s is an option on ES', (symbol, root, month, right, strike) => {
    expect(PRODUCTS.parseSymbol(symbol)).toMatchObject({
      kind: 'option',
      product: ES,
      root,
      month,
      right,
      strike,
    });
  });

  it.each(['ES', 'ESF4', 'ES.FUT', 'ESH', 'XXZ5', 'XXU3 C4250', '', 'esh4', 'ESH456'])(
    '%p is unknown',
    (symbol) => {
      expect(PRODUCTS.parseSymbol(symbol)).toEqual({ kind: 'unknown' });
    },
  );
});
