import { gainCell } from '../../../../workers/cli/summaries/precedents';

test('the gain of an index has an interval where sessions can be compared, and says where they cannot', () => {
  expect(gainCell({ nats: 0.25, low: 0.2, high: 0.3, sessions: 12 })).toBe('0.250 (0.200 to 0.300)');
  expect(gainCell({ nats: 0.25, low: -Infinity, high: Infinity, sessions: 1 })).toBe(
    '0.250 (of one session alone)',
  );
  expect(gainCell(null)).toBe('-');
});
