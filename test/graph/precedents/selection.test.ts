import { Selection } from '../../../graph/precedents/selection';

const at = (session: string, minutes: number, direction: 'UP' | 'DOWN' = 'UP') => ({
  session,
  at: BigInt(Math.round(minutes * 60e9)),
  direction,
});

it('takes at most two touches of a session, and none within eight minutes of one of its direction', () => {
  const selection = new Selection(10);
  expect(selection.take(at('2024-01-02', 10))).toBe(true);
  expect(selection.take(at('2024-01-02', 17.9))).toBe(false);
  expect(selection.take(at('2024-01-02', 2.1))).toBe(false);
  expect(selection.take(at('2024-01-03', 12))).toBe(true);
  expect(selection.take(at('2024-01-02', 18))).toBe(true);
  expect(selection.take(at('2024-01-02', 60))).toBe(false);
});

it('counts touches at the same moment once, whatever their direction, and others of the other direction', () => {
  const selection = new Selection(10);
  expect(selection.take(at('2024-01-02', 10))).toBe(true);
  expect(selection.take(at('2024-01-02', 10, 'DOWN'))).toBe(false);
  expect(selection.take(at('2024-01-02', 11, 'DOWN'))).toBe(true);
});

it('ends when it is full', () => {
  const selection = new Selection(1);
  selection.take(at('2024-01-02', 10));
  expect(selection.full).toBe(true);
  expect(selection.take(at('2024-01-03', 10))).toBe(false);
});
