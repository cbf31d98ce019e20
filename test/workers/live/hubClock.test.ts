import fc from 'fast-check';
import { HubClock } from '../../../workers/live/hubClock';

test('ages are told by the clock of the hub, however far from it this machine is, and however long deliveries take', () => {
  const delivery = fc.record({ pause: fc.nat(5000), way: fc.nat(3000), age: fc.nat(100_000) });
  fc.assert(
    fc.property(
      fc.integer({ min: -600_000, max: 600_000 }),
      fc.array(delivery, { minLength: 1, maxLength: 10 }),
      (ahead, deliveries) => {
        let now = 1_700_000_000_000;
        const clock = new HubClock(() => now + ahead);
        let least = Infinity;
        for (const { pause, way, age } of deliveries) {
          now += pause;
          const sent = now;
          now += way;
          clock.told(new Date(sent));
          least = Math.min(least, way);
          // By the hub's clock; what the fastest delivery took is not known.
          expect(now + ahead - clock.here(new Date(sent - age))).toBe(age + way - least);
        }
      },
    ),
  );
});

test('a clock that is put right is noticed within minutes', () => {
  let now = 1_700_000_000_000;
  let behind = 0;
  const clock = new HubClock(() => now);
  for (let minute = 0; minute < 3; minute += 1) {
    clock.told(new Date(now - behind));
    now += 61_000;
    behind = 300_000;
  }
  clock.told(new Date(now - behind));
  expect(now - clock.here(new Date(now - behind))).toBe(0);
});

test('until the hub has told the time, its clock is taken for this one', () => {
  expect(new HubClock(() => 5).here(new Date(3))).toBe(3);
});
