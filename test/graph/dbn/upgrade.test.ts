/**
 * Old records in the shape of version 3. The real twin files are compared in test/lake/raw/dbnFile.realFiles.test.ts.
 */
import fc from 'fast-check';
import { RECORD_TYPES, UNDEF_STAT_QUANTITY, encodeRecord, upgradeRecord } from '../../../graph/dbn';
import type { StoredRecord } from '../../../graph/dbn';
import { UNDEF_PRICE } from '../../../graph/records/mbo';
import { anyRecord } from '../../support/dbnRecords';

const head = { publisherId: 1, instrumentId: 7, tsEvent: 5n };

describe.each([1, 2] as const)('from version %i', (version) => {
  test.each(RECORD_TYPES)('any %s can be written as version 3, and loses nothing version 3 has', (type) => {
    fc.assert(
      fc.property(anyRecord(type, version), (record) => {
        const upgraded = upgradeRecord(record, version);
        expect(() => encodeRecord(upgraded, 3)).not.toThrow();
        const before = record as unknown as Record<string, unknown>;
        for (const [name, value] of Object.entries(upgraded))
          if (name in before && !(type === 'statistics' && name === 'quantity'))
            expect([name, String(value)]).toEqual([name, String(before[name])]);
      }),
      { numRuns: 10 },
    );
  });

  test('an undefined statistic stays undefined, others keep their value', () => {
    const [sample] = fc.sample(anyRecord('statistics', version), { numRuns: 1, seed: 1 });
    const quantity = (value: number) =>
      upgradeRecord({ ...sample, quantity: value } as StoredRecord, version);
    expect(quantity(2 ** 31 - 1)).toMatchObject({ quantity: UNDEF_STAT_QUANTITY });
    expect(quantity(-5)).toMatchObject({ quantity: -5n });
  });

  test('a definition has no legs', () => {
    const [sample] = fc.sample(anyRecord('definition', version), { numRuns: 1, seed: 1 });
    const upgraded = upgradeRecord(sample, version);
    expect(upgraded).toMatchObject({ legCount: 0, legPrice: UNDEF_PRICE, legRawSymbol: '', legSide: 'N' });
    expect(upgraded).not.toHaveProperty('tradingReferencePrice');
  });
});

test.each([
  ['Heartbeat', 0],
  ['Subscription request 1 for trades data succeeded', 1],
  ['Warning: slow reading, 12 records behind', 2],
  ['Finished mbo replay', 3],
  ['End of interval for ohlcv-1s', 4],
  ['Something new', 255],
])('the code of "%s" is %i', (msg, code) => {
  expect(upgradeRecord({ type: 'system', ...head, msg }, 1)).toEqual({ type: 'system', ...head, msg, code });
});

test.each([
  ['Authentication failed.', 1],
  ['User or API key deactivated', 2],
  ['User has reached their open connection limit', 3],
  ['Failed to resolve symbol "X"', 4],
  ['Internal error', 6],
  ['Slow client detected for 10 s', 7],
  ['Out of coffee', 255],
])('the code of the error "%s" is %i', (err, code) => {
  expect(upgradeRecord({ type: 'error', ...head, err }, 1)).toMatchObject({ err, code, isLast: 255 });
});

test('what did not change is the same object', () => {
  const [mbo] = fc.sample(anyRecord('mbo', 1), 1);
  expect(upgradeRecord(mbo, 1)).toBe(mbo);
});
