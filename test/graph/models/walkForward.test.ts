import fc from 'fast-check';
import { walkForwardFolds } from '../../../graph/models/walkForward';

const day = (k: number) => `2024-01-${String(k + 1).padStart(2, '0')}`;

test('every session after the first ones is judged once, by a fit to sessions before it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 3 }),
      (ordinals, block, more, embargo) => {
        const days = ordinals.map(day);
        const sessions = [...new Set(days)].sort();
        const burnIn = embargo + more;
        fc.pre(sessions.length > burnIn);
        const folds = walkForwardFolds(days, { burnIn, block, embargo });
        expect(folds.flatMap(({ testDays }) => testDays)).toEqual(sessions.slice(burnIn));
        const judged = folds.flatMap(({ test }) => test);
        expect(judged.sort((a, b) => a - b)).toEqual(
          days.flatMap((one, i) => (sessions.indexOf(one) >= burnIn ? [i] : [])),
        );
        for (const { train, test, trainDays, testDays } of folds) {
          const first = sessions.indexOf(testDays[0]);
          for (const i of train) expect(sessions.indexOf(days[i])).toBeLessThan(first - embargo);
          for (const i of test) expect(testDays).toContain(days[i]);
          expect(trainDays).toEqual(sessions.slice(0, first - embargo));
          expect(train.length).toBe(days.filter((one) => trainDays.includes(one)).length);
        }
      },
    ),
  );
});

test('what was not known before the judged sessions began is purged', () => {
  const days = [0, 0, 1, 1, 2, 3].map(day);
  const knownOn = [0, 2, 1, 3, 2, 3].map(day);
  const folds = walkForwardFolds(days, { burnIn: 2, block: 1 }, knownOn);
  expect(folds.map(({ train, test }) => ({ train, test }))).toEqual([
    { train: [0, 2], test: [4] },
    { train: [0, 1, 2, 4], test: [5] },
  ]);
});

test('too few sessions are an error that says how many it takes', () => {
  expect(() => walkForwardFolds([day(0), day(1)], { burnIn: 2, block: 1 })).toThrow(
    /2 sessions cannot be judged/,
  );
  expect(() => walkForwardFolds([0, 1, 2].map(day), { burnIn: 2, block: 1, embargo: 2 })).toThrow(
    /cannot be judged/,
  );
});
