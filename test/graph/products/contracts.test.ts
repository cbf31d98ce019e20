import fc from 'fast-check';
import { expiryOf, rollDate } from '../../../graph/products/contracts';
import { ES, PRODUCTS } from '../../support/products';
import { tradeDates } from '../../../graph/market/calendar';

describe('expiry', () => {
  it.each([
    [2023, 12, '2023-12-15'],
    [2024, 3, '2024-03-15'],
    [2024, 6, '2024-06-21'],
    [2024, 9, '2024-09-20'],
    [2025, 12, '2025-12-19'],
  ])('of %d-%d is the third Friday, %s', (year, month, date) => {
    expect(expiryOf(ES, year, month)).toBe(date);
  });

  it('moves to Thursday where the third Friday is a holiday', () => {
    expect(expiryOf(ES, 2026, 6)).toBe('2026-06-18'); // Juneteenth
    expect(expiryOf(ES, 2027, 6)).toBe('2027-06-17'); // Juneteenth, kept on the 18th
  });
});

describe('a symbol', () => {
  it('means the first contract of its digits that has not expired', () => {
    expect(PRODUCTS.contractOf('ESH4', '2023-12-26')).toMatchObject({
      year: 2024,
      month: 3,
      expiry: '2024-03-15',
    });
    expect(PRODUCTS.contractOf('ESH4', '2024-03-15')).toMatchObject({ year: 2024 });
    expect(PRODUCTS.contractOf('ESH4', '2024-03-18')).toMatchObject({ year: 2034 });
    expect(PRODUCTS.contractOf('ESH0', '2019-12-30')).toMatchObject({ year: 2020 });
    expect(PRODUCTS.contractOf('ESZ28', '2023-12-26')).toMatchObject({ year: 2028, month: 12 });
    expect(PRODUCTS.contractOf('ESH24', '2023-12-26')).toMatchObject({ year: 2024, expiry: '2024-03-15' });
  });

  it.each(['ESH4-ESM4', 'ESU3 C4250', 'ES', 'XXZ5'])('%s is refused, naming it', (symbol) => {
    expect(() => PRODUCTS.contractOf(symbol, '2024-01-02')).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
    expect(() => PRODUCTS.contractOf(symbol, '2024-01-02')).toThrow(symbol);
  });
});

describe('the front contract by calendar', () => {
  it.each([
    ['2023-12-26', 'ESH4'],
    ['2024-03-08', 'ESH4'],
    ['2024-03-11', 'ESM4'],
    ['2024-03-18', 'ESM4'],
    ['2024-05-08', 'ESM4'],
    ['2024-12-13', 'ESZ4'],
    ['2024-12-16', 'ESH5'],
  ])('on %s is %s', (date, symbol) => {
    expect(PRODUCTS.frontContract('ES', date).symbol).toBe(symbol);
  });

  it('never expires by its date and rolls on a Monday', () => {
    for (const date of tradeDates('2017-01-03', '2035-12-31', ES))
      expect(PRODUCTS.frontContract('NQ', date).expiry > date).toBe(true);
    expect(rollDate(ES, 2024, 9)).toBe('2024-09-16');
  });
});

describe('the contract of a trade date', () => {
  it('has the largest volume of the trade date before', () => {
    const choice = PRODUCTS.chooseContract('ES', '2024-03-12', [
      { symbol: 'ESH4', volume: 1_100_000 },
      { symbol: 'ESM4', volume: 1_300_000 },
      { symbol: 'ESU4', volume: 900 },
    ]);
    expect(choice).toMatchObject({
      contract: { symbol: 'ESM4' },
      previousDate: '2024-03-11',
      reason: 'previous_volume',
      volume: 1_300_000,
      runnerUp: { symbol: 'ESH4', volume: 1_100_000 },
    });
  });

  it('gives a tie to the earlier expiry, whatever the order of the volumes', () => {
    const tie = [
      { symbol: 'ESM4', volume: 500 },
      { symbol: 'ESH4', volume: 500 },
    ];
    expect(PRODUCTS.chooseContract('ES', '2024-03-07', tie).contract.symbol).toBe('ESH4');
    expect(PRODUCTS.chooseContract('ES', '2024-03-07', [...tie].reverse()).contract.symbol).toBe('ESH4');
  });

  it('is never a spread, an option, another product or a contract at its end', () => {
    const choice = PRODUCTS.chooseContract('ES', '2024-03-15', [
      { symbol: 'ESH4-ESM4', volume: 9_000_000 },
      { symbol: 'ESM4 C5200', volume: 8_000_000 },
      { symbol: 'MESM4', volume: 7_000_000 },
      { symbol: 'ESH4', volume: 6_000_000 },
      { symbol: 'ESM4', volume: 10 },
    ]);
    expect(choice).toMatchObject({ contract: { symbol: 'ESM4' }, reason: 'previous_volume' });
    expect(choice).not.toHaveProperty('runnerUp');
  });

  it('comes from the calendar where the day before has no volume, and says so', () => {
    for (const volumes of [[], [{ symbol: 'ESH4', volume: 0 }], [{ symbol: 'ESH4-ESM4', volume: 5 }]])
      expect(PRODUCTS.chooseContract('ES', '2023-12-26', volumes)).toMatchObject({
        contract: { symbol: 'ESH4' },
        previousDate: '2023-12-22',
        reason: 'calendar_front',
      });
  });

  it('does not depend on the order of the volumes', () => {
    const symbols = ['ESH4', 'ESM4', 'ESU4', 'ESZ4', 'ESH5', 'ESH4-ESM4'];
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }), fc.nat(719), (volumes, seed) => {
        const list = symbols.map((symbol, i) => ({ symbol, volume: volumes[i] }));
        const shuffled = list
          .map((entry, i) => ({ entry, key: ((i + 1) * 7919 * (seed + 1)) % 101 }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        expect(PRODUCTS.chooseContract('ES', '2024-01-10', shuffled)).toEqual(
          PRODUCTS.chooseContract('ES', '2024-01-10', list),
        );
      }),
    );
  });
});
