import {
  bytes,
  count,
  counted,
  decimal,
  percent,
  percentRange,
  signed,
} from '../../../../workers/web/figures/numbers';
import { age, clockTime, dateTime, duration, msOf, preciseTime } from '../../../../workers/web/figures/time';

test('times are those of the exchange on both sides of a change of the clocks', () => {
  expect(clockTime(msOf('1762180023120456789'), 'ET')).toBe('09:27:03');
  expect(clockTime(Date.UTC(2025, 6, 1, 13, 30), 'ET')).toBe('09:30:00');
  expect(clockTime(Date.UTC(2025, 11, 1, 14, 30), 'ET')).toBe('09:30:00');
  expect(clockTime(Date.UTC(2025, 11, 1, 5, 0), 'ET')).toBe('00:00:00');
  expect(preciseTime(msOf('1762180023120456789'), 'UTC')).toBe('14:27:03.120');
  expect(dateTime(Date.UTC(2025, 10, 3, 0, 30), 'ET')).toBe('2025-11-02 19:30');
});

test('durations are told in the unit that matters', () => {
  const of = [0, 45, 89, 90, 600, 5400, 90_000, 400_000].map((seconds) => duration(seconds * 1000));
  expect(of).toEqual(['0 s', '45 s', '89 s', '2 min', '10 min', '1 h 30 min', '25 h 00 min', '5 d']);
});

test('an age is told in its largest unit', () => {
  const of = [45, 600, 11_000, 90_000, 400_000].map((seconds) => age(seconds * 1000));
  expect(of).toEqual(['45 s', '10 min', '3 h', '25 h', '5 d']);
});

test('what is not known is no number', () => {
  for (const nothing of [null, undefined, NaN, Infinity]) {
    expect(count(nothing)).toBe('–');
    expect(signed(nothing, 3)).toBe('–');
  }
  expect(percent(null)).toBe('–');
});

test('numbers keep their digits and signs', () => {
  const separator = new Intl.NumberFormat().format(1234).replace(/\d/g, '');
  expect(count(1234)).toBe(`1${separator}234`);
  expect(decimal(2, 1)).toMatch(/^2\D0$/);
  expect(signed(0.0211, 3)).toMatch(/^\+0\D021$/);
  expect([decimal(-0.2, 0), signed(-0.2, 0), decimal(-1.6, 0)]).toEqual(['0', '0', '-2']);
  expect(signed(-1.5, 1)).toMatch(/^-1\D5$/);
  expect([counted(1, 'session'), counted(0, 'session')]).toEqual(['1 session', '0 sessions']);
  expect(percent(0.424)).toBe('42 %');
  expect(percentRange(0.12, 0.306)).toBe('12–31 %');
  expect([bytes(0), bytes(999), bytes(2_000_000)]).toEqual([
    '0 B',
    '999 B',
    expect.stringMatching(/^2\D0 MB$/),
  ]);
});
