import fc from 'fast-check';
import { UNDEF_TIMESTAMP, decimalPrice, isoTime, utcDate } from '../../../graph/dbn';
import { UNDEF_PRICE } from '../../../graph/records/mbo';

test('times are written as the platform writes them, with nine decimals', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 7_000_000_000_000 }),
      fc.integer({ min: 0, max: 999_999 }),
      (ms, nanos) => {
        const platform = new Date(ms).toISOString();
        const time = BigInt(ms) * 1_000_000n + BigInt(nanos);
        expect(isoTime(time)).toBe(platform.replace('Z', `${String(nanos).padStart(6, '0')}Z`));
        expect(utcDate(time)).toBe(platform.slice(0, 10));
      },
    ),
  );
});

test('prices keep every digit and drop closing zeros', () => {
  expect(decimalPrice(4805_250000000n)).toBe('4805.25');
  expect(decimalPrice(4805_000000000n)).toBe('4805');
  expect(decimalPrice(-1n)).toBe('-0.000000001');
  expect(decimalPrice(-12_500000000n)).toBe('-12.5');
  expect(decimalPrice(0n)).toBe('0');
  expect(decimalPrice(9007199254740993_000000001n)).toBe('9007199254740993.000000001');
});

test('what is undefined has no text', () => {
  expect(isoTime(UNDEF_TIMESTAMP)).toBeNull();
  expect(decimalPrice(UNDEF_PRICE)).toBeNull();
});
