import { UNDEF_TIMESTAMP } from '../../../../graph/dbn/constants';
import { timeCell, timeCellOf } from '../../../../workers/cli/terminal/times';

test('a time is shown as the clocks of New York show it', () => {
  expect(timeCell(1_709_683_200_123_456_789n)).toBe('2024-03-05 19:00:00');
  expect(timeCell(1_709_683_200_123_456_789n, 9)).toBe('2024-03-05 19:00:00.123456789');
  expect(timeCellOf('2024-07-01T13:30:00.000Z')).toBe('2024-07-01 09:30:00');
});

test('no time is an empty cell', () => {
  expect([timeCell(null), timeCell(UNDEF_TIMESTAMP)]).toEqual(['', '']);
});
