import { freshnessOf } from '../../../../workers/web/market/freshness';

const NOON = Date.UTC(2024, 2, 5, 17);
const seen = { lostAt: undefined, newsAt: NOON, endsAt: NOON + 3_600_000, behindMs: 0 };

test('a market is fresh while something comes, then quiet, and closed where its session is over', () => {
  expect(freshnessOf(seen, NOON + 2000)).toEqual({ is: 'fresh' });
  expect(freshnessOf(seen, NOON + 25_000)).toEqual({ is: 'quiet', forMs: 25_000 });
  expect(freshnessOf(seen, seen.endsAt + 1000)).toEqual({ is: 'closed' });
});

test('a session of the past that is played into the hub is closed when it is over there, not by the clock', () => {
  const year = 365 * 86_400_000;
  const played = { ...seen, endsAt: NOON - year + 60_000, behindMs: year };
  expect(freshnessOf(played, NOON + 2000)).toEqual({ is: 'fresh' });
  expect(freshnessOf(played, NOON + 25_000)).toEqual({ is: 'quiet', forMs: 25_000 });
  expect(freshnessOf(played, NOON + 61_000)).toEqual({ is: 'closed' });
});

test('while the gateway is away nothing else is known; before anything has come nothing is old', () => {
  expect(freshnessOf({ ...seen, lostAt: NOON + 1000 }, NOON + 13_000)).toEqual({ is: 'lost', forMs: 12_000 });
  expect(freshnessOf({ ...seen, newsAt: undefined, endsAt: NaN }, NOON)).toEqual({ is: 'fresh' });
});
