import { isoDate } from '../../../graph/market/days';
import { utcToEastern } from '../../../graph/market/easternTime';
import { NS_PER_SECOND } from '../../../graph/market/time';
import { parseOption, yearFraction } from '../../../graph/options/expiry';
import { readDbn } from '../../../lake/raw/dbnFile';
import type { DbnMetadata } from '../../../graph/dbn';
import { dataPath, describeWithData } from '../../support/data';
import { ES } from '../../support/products';

const ns = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;

describe('options on ES', () => {
  it.each([
    // Quarterly, American, into the future that expires with it.
    ['ESM4 C4250', '2023-08-01', 'american', '2024-06-21T09:30:00-04:00', 'ESM4'],
    ['ESZ7 P3000', '2023-08-01', 'american', '2027-12-17T09:30:00-05:00', 'ESZ7'],
    // The same afternoon, into the next one.
    ['EYCM4 C5400', '2024-05-01', 'european', '2024-06-21T16:00:00-04:00', 'ESU4'],
    ['EYCU1 C4400', '2021-06-16', 'european', '2021-09-17T16:00:00-04:00', 'ESZ1'],
    // Fridays; the third of a month without quarterlies still delivers the current future.
    ['EW2F6 C7000', '2025-12-20', 'european', '2026-01-09T16:00:00-05:00', 'ESH6'],
    ['EW3N3 C4500', '2023-07-03', 'european', '2023-07-21T16:00:00-04:00', 'ESU3'],
    ['EW4M4 P5000', '2024-06-24', 'european', '2024-06-28T16:00:00-04:00', 'ESU4'],
    // Monday to Thursday.
    ['E1AQ5 C5125', '2025-08-01', 'european', '2025-08-04T16:00:00-04:00', 'ESU5'],
    ['E3BF4 C4800', '2024-01-10', 'european', '2024-01-16T16:00:00-05:00', 'ESH4'],
    ['E2CH4 P5100', '2024-03-08', 'european', '2024-03-13T16:00:00-04:00', 'ESH4'],
    ['E5DM3 C4400', '2023-06-20', 'european', '2023-06-29T16:00:00-04:00', 'ESU3'],
    // Month end: the last trade date, here a Thursday before Good Friday.
    ['EWH4 C5200', '2024-03-01', 'european', '2024-03-28T16:00:00-04:00', 'ESM4'],
    ['EWZ3 P4700', '2023-12-01', 'european', '2023-12-29T16:00:00-05:00', 'ESH4'],
    // An early close.
    ['EW4X5 C6800', '2025-11-20', 'european', '2025-11-28T13:00:00-05:00', 'ESZ5'],
    // On a holiday: the trade date before.
    ['E4DX3 C4500', '2023-11-01', 'european', '2023-11-22T16:00:00-05:00', 'ESZ3'],
  ])('%s, listed on %s, is %s, expires at %s and delivers %s', (symbol, on, style, expires, underlying) => {
    const terms = parseOption(symbol, ES, on);
    expect(terms.style).toBe(style);
    expect(terms.expiresAt).toBe(ns(expires));
    expect(terms.underlying).toBe(underlying);
    expect(isoDate(utcToEastern(terms.expiresAt).day)).toBe(terms.expiry);
  });

  it('reads right and strike', () => {
    expect(parseOption('E1AQ5 C5125', ES, '2025-08-01')).toMatchObject({ right: 'C', strike: 5125 });
    expect(parseOption('EW3N3 P4512.5', ES, '2023-07-03')).toMatchObject({ right: 'P', strike: 4512.5 });
  });

  it('takes a year of one digit for the first in which the option had not expired', () => {
    expect(parseOption('EW1F4 C4800', ES, '2023-12-20').expiry).toBe('2024-01-05');
    expect(parseOption('EW1F4 C4800', ES, '2024-01-05').expiry).toBe('2024-01-05');
    expect(parseOption('EW1F4 C4800', ES, '2024-01-06').expiry).toBe('2034-01-06');
    expect(parseOption('EW1F24 C4800', ES, '2024-01-06')).toMatchObject({
      expiry: '2024-01-05',
      underlying: 'ESH24',
    });
  });

  it.each([
    'ESH4',
    'UD:1V: VT 2533938',
    'ESH4-ESM4',
    'E6AH4 C5000',
    'E1EH4 C5000',
    'EW5H4 C5000',
    'ESH4 X5000',
  ])('refuses %s, which names no option', (symbol) => {
    expect(() => parseOption(symbol, ES, '2024-01-02')).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
  });

  it('refuses options that cannot exist', () => {
    expect(() => parseOption('ESG4 C5000', ES, '2024-01-02')).toThrow(/cannot exist/);
    expect(() => parseOption('E5AG4 C5000', ES, '2024-01-02')).toThrow(/cannot exist/);
  });
});

describe('year fraction', () => {
  it('is seconds over 365 days, not below a minute, and nothing once expired', () => {
    const second = NS_PER_SECOND;
    expect(yearFraction(365 * 86_400 * second)).toBe(1);
    expect(yearFraction(6.5 * 3600 * second)).toBeCloseTo(6.5 / 8760, 15);
    expect(yearFraction(second)).toBe(60 / 31_536_000);
    expect(yearFraction(0)).toBe(0);
    expect(yearFraction(-second)).toBe(0);
  });
});

describeWithData("Databento's definitions of ES options", () => {
  it('agree with the rules, and every mapped symbol is an option or a combination', async () => {
    let metadata: DbnMetadata | undefined;
    const definitions: { rawSymbol: string; expiration: bigint; underlying: string }[] = [];
    await readDbn(dataPath('definition-glbx-es-opt.dbn.zst'), {
      metadata: (m) => (metadata = m),
      record: (view) => {
        const record = view.decode();
        if (record.type === 'definition') definitions.push({ ...record });
      },
    });
    expect(definitions).toHaveLength(2);
    for (const { rawSymbol, expiration, underlying } of definitions) {
      const terms = parseOption(rawSymbol, ES, '2023-08-01');
      expect(terms.expiresAt).toBe(expiration);
      expect(terms.underlying).toBe(underlying);
    }
    const symbols = metadata!.mappings.map(({ rawSymbol }) => rawSymbol);
    const outrights = symbols.filter((symbol) => !symbol.startsWith('UD:'));
    expect(symbols).toHaveLength(11_294);
    expect(outrights).toHaveLength(1_944);
    const expiries = new Set(outrights.map((symbol) => parseOption(symbol, ES, '2023-08-01').expiry));
    expect([...expiries].sort()).toEqual([
      '2023-09-15',
      '2023-12-15',
      '2024-03-15',
      '2024-06-21',
      '2024-09-20',
      '2024-12-20',
      '2025-03-21',
      '2025-06-20',
      '2025-12-19',
      '2026-12-18',
      '2027-12-17',
    ]);
  });
});
