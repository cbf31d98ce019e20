import { isoDate, dayNumber } from '../../../../graph/market/days';
import type { ScoredSession } from '../../../../graph/models/scoredSessions';
import { Random } from '../../../../graph/random/random';
import { nightsOf } from '../../../../infra/bench/skill/nights';

/** A session a day from 2024-01-02, ten episodes each. @param gainOf nats a session below either baseline */
const candidate = (name: string, sessions: number, gainOf: (session: number) => number) => ({
  name,
  sessions: Array.from({ length: sessions }, (_, k): ScoredSession => ({
    session: isoDate(dayNumber('2024-01-02') + k),
    n: 10,
    loss: 10 - gainOf(k),
    baseRateLoss: 10,
    baselineLoss: 10,
    decided: 5,
    directionLoss: 3,
    martingaleLoss: 3,
  })),
});

it('promotes what knows something, at the first look with sessions enough', () => {
  const random = new Random(1);
  const skilled = candidate('skilled', 62, () => 1 + 0.5 * random.normal());
  // January, at its first night, February, March: the first has one session.
  expect(nightsOf([skilled])).toMatchObject({ nights: 62, looks: 3, promoted: 2 });
});

it('lets a run of luck pass on some nights, but not at the looks', () => {
  const random = new Random(2);
  const lucky = candidate('lucky', 62, (k) => (k >= 10 && k < 24 ? 0.3 : -0.05) + 0.3 * random.normal());
  const found = nightsOf([lucky]);
  expect(found).toMatchObject({ looks: 3, promoted: 0 });
  expect(found.naive).toBeGreaterThan(0);
});

it('is asked of all candidates together', () => {
  const random = new Random(3);
  const skilled = candidate('skilled', 40, () => 1 + 0.5 * random.normal());
  const none = candidate('none', 40, () => random.normal());
  expect(nightsOf([none, skilled]).promoted).toBe(1);
});
