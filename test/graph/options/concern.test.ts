import { concerns } from '../../../graph/options/concern';
import { ES } from '../../support/products';

const of = (symbol: string, instrumentClass: string, underlying = '', asset = '') =>
  concerns({ symbol, instrumentClass, underlying, asset }, ES);

describe('what concerns a product', () => {
  it('are its futures, and the options on any of them', () => {
    for (const future of ['ESH4', 'ESM4', 'ESZ25']) {
      expect(of(future, 'F')).toBe(true);
      expect(of('E2BH4 C5100', 'C', future)).toBe(true);
      expect(of('E2BH4 P5100', 'P', future)).toBe(true);
      expect(of('UD:1V: GN 2301', 'T', future)).toBe(true);
    }
  });

  it('are combinations of its options that name no future', () => {
    expect(of('UD:1V: GN 2301', 'M', '', 'EW2')).toBe(true);
    expect(of('UD:1V: GN 2301', 'T', '', 'OZC')).toBe(false);
  });

  it('are neither spreads of futures, nor anything of other products', () => {
    expect(of('ESH4-ESM4', 'S')).toBe(false);
    expect(of('NQH4', 'F')).toBe(false);
    expect(of('MESH4', 'F')).toBe(false);
    expect(of('Q3CH4 C18000', 'C', 'NQH4')).toBe(false);
    expect(of('E2BH4 C5100', 'C')).toBe(false);
    expect(of('E2BH4 C5100', 'C', '', 'E2B')).toBe(true);
    expect(of('UD:1V: GN 2301', 'T', 'NQH4', 'EW2')).toBe(false);
  });
});
