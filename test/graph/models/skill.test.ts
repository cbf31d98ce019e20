import { walkForwardSkill, type Observation } from '../../../graph/models/skill';
import { random } from '../../support/sessions';

/** Days of observations; `tells` says how much the first feature knows of the label. */
function observations(seed: number, days: number, tells: number, ofDay = 0): Observation[] {
  const next = random(seed);
  return Array.from({ length: days }, (_, d) => {
    const mood = next() < ofDay ? Math.floor(3 * next()) : -1;
    return Array.from({ length: 12 }, (): Observation => {
      const label = mood >= 0 ? mood : Math.floor(3 * next());
      const shown = next() < tells ? label : Math.floor(3 * next());
      const features = [
        shown === 0 ? 1 : 0,
        shown === 1 ? 1 : 0,
        ...Array.from({ length: 30 }, () => next() - 0.5),
      ];
      // What is always the same or undefined must do no harm.
      return {
        day: `2024-01-${String(d + 1).padStart(2, '0')}`,
        label,
        baseline: [next()],
        features: [...features, 7, NaN],
      };
    });
  }).flat();
}
const skillOf = (...args: Parameters<typeof observations>) =>
  walkForwardSkill(observations(...args), { classes: 3, seed: 1 });

describe('skill under walk-forward', () => {
  it('is found where features tell', () => {
    const { skill, interval, observations: judged, judgedDays } = skillOf(1, 30, 0.8);
    expect(interval.low).toBeGreaterThan(0.1);
    expect(skill).toBeLessThan(Math.log(3));
    expect([judged, judgedDays]).toEqual([240, 20]);
  });

  it('is hardly ever found where they do not', () => {
    const found = Array.from({ length: 40 }, (_, seed) => skillOf(seed + 1, 30, 0)).filter(
      ({ interval }) => interval.low > 0,
    );
    // 2.5 % of them would be 1.
    expect(found.length).toBeLessThanOrEqual(3);
  });

  it('is not found in days whose outcomes are nearly all alike and independent of the features', () => {
    const found = Array.from({ length: 20 }, (_, seed) => skillOf(seed + 1, 30, 0, 0.9)).filter(
      ({ interval }) => interval.low > 0,
    );
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it('rests on earlier days only: what features tell from a day on is not known on that day', () => {
    const before = observations(5, 10, 0);
    const after = observations(6, 15, 1).filter(({ day }) => day > '2024-01-10');
    const late = walkForwardSkill([...before, ...after], { classes: 3, seed: 1 });
    // The last five days are judged by one fit.
    expect(late.judgedDays).toBe(10);
    expect(late.skill).toBeLessThan(0.02);
    expect(skillOf(6, 15, 1).skill).toBeGreaterThan(0.1);
  });
});
