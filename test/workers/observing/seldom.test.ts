import { Seldom } from '../../../workers/observing/seldom';

test('of each kind one is told in ten seconds, and then how many were not', () => {
  const told: unknown[] = [];
  let now = 0;
  const seldom = new Seldom({ warn: (...entry: unknown[]) => told.push(entry) }, () => now);
  expect(seldom.warn('busy', { hub: 'a' }, 'It is busy')).toBe(true);
  for (now = 1; now < 10_000; now += 100) expect(seldom.warn('busy', { hub: 'a' }, 'It is busy')).toBe(false);
  expect(seldom.warn('away', {}, 'It is away')).toBe(true);
  now = 10_000;
  expect(seldom.warn('busy', { hub: 'a' }, 'It is busy')).toBe(true);
  now = 20_000;
  expect(seldom.warn('busy', { hub: 'a' }, 'It is busy')).toBe(true);
  expect(told).toEqual([
    [{ hub: 'a' }, 'It is busy'],
    [{}, 'It is away'],
    [{ hub: 'a', untold: 100 }, 'It is busy (100 more since the last time this was said)'],
    [{ hub: 'a' }, 'It is busy'],
  ]);
});
