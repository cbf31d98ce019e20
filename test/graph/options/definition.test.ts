import { TimeOrigin } from '../../../graph/market/time';
import { ES } from '../../support/products';
import { Kind } from '../../../graph/options/classify';
import { definitionFault, optionDefinition, type DefinitionFields } from '../../../graph/options/definition';

const ns = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;
const ORIGIN = new TimeOrigin(ns('2024-01-09T22:00:00Z'));
const COMPLETE: DefinitionFields = {
  instrumentId: 5,
  symbol: 'E2CF4 C4800',
  instrumentClass: 'C',
  underlying: 'ESH4',
  strikePrice: 4_800_000_000_000n,
  expiration: ns('2024-01-10T21:00:00Z'),
};
const take = (changes: Partial<DefinitionFields>) =>
  optionDefinition({ ...COMPLETE, ...changes }, ES, '2024-01-10', ORIGIN);

describe('definitions of options', () => {
  it('are taken as stated', () => {
    const expected = {
      instrumentId: 5,
      kind: Kind.Call,
      underlying: 'ESH4',
      strike: 4800,
      expiresAt: 23 * 3600e9,
    };
    expect(take({})).toEqual(expected);
    // What is stated wins over what the symbol would mean, and over a symbol that means nothing.
    expect(take({ symbol: 'E3CF4 C4850' })).toEqual(expected);
    expect(take({ symbol: '??', strikePrice: 4_812_500_000_000n, instrumentClass: 'P' })).toMatchObject({
      kind: Kind.Put,
      strike: 4812.5,
    });
  });

  it('are completed from the symbol where they leave something open', () => {
    expect(take({ strikePrice: null, expiration: null, underlying: '' })).toEqual(take({}));
    expect(() => take({ symbol: 'UD:1V: VT 1', expiration: null })).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
    expect(() => take({ strikePrice: 0n })).toThrow(/strike of 0/);
  });

  it('of combinations and futures are kept as such', () => {
    expect(take({ instrumentClass: 'T', symbol: 'UD:1V: VT 1', strikePrice: null })).toEqual({
      instrumentId: 5,
      kind: Kind.Combination,
      underlying: 'ESH4',
      strike: NaN,
      expiresAt: NaN,
    });
    expect(take({ instrumentClass: 'F', symbol: 'ESM4', underlying: '' })).toMatchObject({
      kind: Kind.Future,
      underlying: 'ESM4',
    });
  });
});

describe('an option that cannot be used', () => {
  const fault = (changes: Partial<DefinitionFields>) =>
    definitionFault({ ...COMPLETE, ...changes }, ES, '2024-01-10');

  it('lacks what its symbol does not tell either', () => {
    expect(fault({})).toBeNull();
    expect(fault({ strikePrice: null, expiration: null, underlying: '' })).toBeNull();
    for (const open of [{ strikePrice: null }, { expiration: null }, { underlying: '' }])
      expect(fault({ symbol: 'UD:1V: VT 1', ...open })).toBe('definition_incomplete');
    // A month with four of these weekdays only.
    expect(fault({ symbol: 'E5AG4 C4800', expiration: null })).toBe('definition_incomplete');
  });

  it('has no strike', () => {
    for (const strikePrice of [0n, 9_223_372_036_750_000_000n, -9_223_372_036_750_000_000n])
      expect(fault({ strikePrice })).toBe('strike_implausible');
    // Listed on crude oil in 2020.
    expect(fault({ strikePrice: -5_000_000_000n })).toBeNull();
  });

  it('is a call or put: of other instruments nothing is asked', () =>
    expect(fault({ instrumentClass: 'T', symbol: '?', strikePrice: null, expiration: null })).toBeNull());
});
