import { alphaOfLook, YEARLY_ALPHA } from '../../../graph/models/alphaSpending';
import { comparison, judge, type Candidate, type Verdict } from '../../../graph/models/gate';
import {
  gainsOverModel,
  monthOf,
  type ScoredSession,
  type SessionGain,
} from '../../../graph/models/scoredSessions';
import { Random } from '../../../graph/random/random';
import { scored, sessionDates } from '../../support/models';

/** Interval of normal theory, as a cheap twin of the bootstrap: within a tenth of it for dozens of sessions. */
function interval(gains: readonly SessionGain[]) {
  const n = gains.reduce((sum, one) => sum + one.n, 0);
  const mean = gains.reduce((sum, one) => sum + one.gain, 0) / n;
  const squares = gains.reduce((sum, one) => sum + (one.gain - mean * one.n) ** 2, 0);
  const half = (1.645 * Math.sqrt((squares * gains.length) / (gains.length - 1))) / n;
  return { low: mean - half, high: mean + half };
}

const judgeOne = (
  sessions: ScoredSession[],
  champion: ScoredSession[] | null = null,
  alpha = 0.01,
): Verdict => judge([{ name: 'one', sessions }], { alpha, champion, interval }).get('one')!;

describe('the gate', () => {
  it('opens for an edge over every baseline, and says by how much', () => {
    const verdict = judgeOne(scored(sessionDates(60), { gain: 0.05 }));
    expect(verdict.passed).toBe(true);
    expect(verdict.words[0]).toBe('An edge is shown.');
    expect(verdict.words[1]).toMatch(
      /^Better than the base rate: \+\d+\.\d \[\+\d+\.\d, \+\d+\.\d\] thousandths of a nat an episode, 60 sessions\.$/,
    );
  });

  it('stays shut for one that beats the base rate but not the volatility baseline, and says so', () => {
    const sessions = scored(sessionDates(60), { gain: -0.002, spread: 0.001 });
    const verdict = judgeOne(sessions);
    expect(verdict.passed).toBe(false);
    const [base, baseline] = verdict.comparisons;
    expect(base.low).toBeGreaterThan(0);
    expect(baseline.high).toBeLessThan(0);
    expect(verdict.words).toEqual([
      'No edge shown.',
      expect.stringMatching(/^Over the volatility baseline: -.* the lower end must be above zero\.$/),
    ]);
  });

  it('stays shut for one that is no better than the champion', () => {
    const dates = sessionDates(60);
    const champion = scored(dates, { gain: 0.05 });
    expect(judgeOne(champion, champion)).toMatchObject({ passed: false });
    const better = champion.map((one) => ({
      ...one,
      loss: one.loss - one.n * (one.decided % 2 ? 0.03 : 0.05),
    }));
    expect(judgeOne(better, champion).passed).toBe(true);
    expect(judgeOne(better, champion).words).toContainEqual(
      expect.stringMatching(/^Better than the champion: \+/),
    );
  });

  it('compares with a champion only on sessions both forecast the same episodes of', () => {
    const dates = sessionDates(60);
    const sessions = scored(dates, { gain: 0.05 });
    const elsewhere = scored(sessionDates(50, '2020-01-02'), { gain: 0 });
    expect(judgeOne(sessions, elsewhere).words).toContainEqual(
      'Over the champion: 0 scored sessions, and 20 are needed.',
    );
    const others = sessions.map((one, i) => (i % 2 ? one : { ...one, n: one.n + 1 }));
    expect(gainsOverModel(sessions, others)).toHaveLength(30);
  });

  it('claims nothing of fewer than 20 sessions, nor of one or none', () => {
    for (const count of [0, 1, 2, 19]) {
      const verdict = judgeOne(scored(sessionDates(count), { gain: 0.5, spread: 0.01 }));
      expect(verdict.passed).toBe(false);
      expect(verdict.words).toContainEqual(
        expect.stringContaining(`${count} scored sessions, and 20 are needed`),
      );
    }
    expect(judgeOne(scored(sessionDates(20), { gain: 0.5, spread: 0.01 })).passed).toBe(true);
  });

  it('needs an unlikelier gain where less may be spent, and none is enough where the look was taken', () => {
    const sessions = scored(sessionDates(60), { gain: 0.025 });
    expect(judgeOne(sessions, null, 0.05).passed).toBe(true);
    const strict = judgeOne(sessions, null, 1e-5);
    expect(strict.passed).toBe(false);
    expect(strict.words).toContainEqual(
      expect.stringMatching(/p = \S+, and this look allows 1\.0e-5 for it/),
    );
    expect(judgeOne(scored(sessionDates(60), { gain: 1, spread: 0 }), null, 0).passed).toBe(false);
  });

  it('tells direction from 100 sessions on, against the martingale value alone', () => {
    const skilled = { gain: 0.05, directionGain: 0.05 };
    expect(judgeOne(scored(sessionDates(120), skilled))).toMatchObject({ passed: true, direction: true });
    const short = judgeOne(scored(sessionDates(99), skilled));
    expect(short).toMatchObject({ passed: true, direction: false });
    expect(short.words.at(-1)).toBe(
      'No direction edge shown: 99 scored sessions with decided episodes, and 100 are needed.',
    );
    const none = judgeOne(scored(sessionDates(120), { gain: 0.05, directionGain: -0.01 }));
    expect(none).toMatchObject({ passed: true, direction: false });
    expect(none.words.at(-1)).toMatch(
      /^No direction edge shown: -.*over the martingale value; the lower end/,
    );
    const shut = judgeOne(scored(sessionDates(120), { gain: -0.05, directionGain: 0.05 }));
    expect(shut.direction).toBe(false);
  });

  it("holds Holm's levels over the candidates of a look", () => {
    const constant = (name: string, spread: number): Candidate => ({
      name,
      sessions: scored(sessionDates(60), { gain: 0.02, spread }),
    });
    const names = ['sure', 'less sure', 'chance'];
    const verdicts = judge([constant('chance', 2), constant('sure', 0.01), constant('less sure', 0.03)], {
      alpha: 0.03,
      champion: null,
      interval,
    });
    expect(names.map((name) => verdicts.get(name)!.passed)).toEqual([true, true, false]);
    expect(names.map((name) => verdicts.get(name)!.level)).toEqual([0.01, 0.015, 0.03]);
  });

  it('takes part in the look of the month of its last session', () => {
    expect(monthOf(scored(sessionDates(30, '2024-03-20'), { gain: 0 }))).toBe('2024-04');
  });
});

describe('a gain', () => {
  it('has the p-value of a t test where sessions are of one size', () => {
    // W. S. Gosset's sleep data (Biometrika 6, 1908): mean 1.58, t = 4.0621 with 9 degrees of freedom, one-sided p = .001416.
    const differences = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const { gain, pValue } = comparison(
      'champion',
      differences.map((one) => ({ gain: one * 5, n: 5 })),
      interval,
    );
    expect(gain).toBeCloseTo(1.58, 12);
    expect(pValue).toBeCloseTo(0.001416, 6);
  });
});

/** One year of monthly looks at eleven candidates over 250 sessions, after 60 that were scored before. */
function yearOf(random: Random, gain: number): boolean {
  const candidates: ScoredSession[][] = Array.from({ length: 11 }, () => []);
  for (let day = 0; day < 310; day++) {
    const n = 5 + random.below(20);
    // Candidates are alike: most of what one gains on a day the others gain too. Some days are wild.
    const wild = random.chance(0.1) ? 3 : 1;
    const common = random.normal();
    for (const sessions of candidates) {
      const loss = n - n * (gain + 0.1 * wild * (0.8 * common + 0.6 * random.normal()));
      const none = { decided: 0, directionLoss: 0, martingaleLoss: 0 };
      sessions.push({ session: String(day), n, loss, baseRateLoss: n, baselineLoss: n, ...none });
    }
  }
  const taken: string[] = [];
  for (let month = 1; month <= 12; month++) {
    const name = `2024-${String(month).padStart(2, '0')}`;
    const alpha = alphaOfLook(name, taken);
    taken.push(name);
    const known = 60 + Math.round((250 * month) / 12);
    const verdicts = judge(
      candidates.map((sessions, k) => ({ name: String(k), sessions: sessions.slice(0, known) })),
      { alpha, champion: null, interval },
    );
    if ([...verdicts.values()].some(({ passed }) => passed)) return true;
  }
  return false;
}

describe('a year of looks', () => {
  it('promotes one of eleven models without skill in no more than the nominal share of years', () => {
    const random = new Random(2024);
    const years = 100;
    let promoted = 0;
    for (let year = 0; year < years; year++) if (yearOf(random.fork(`year ${year}`), 0)) promoted++;
    expect(promoted / years).toBeLessThanOrEqual(YEARLY_ALPHA);
  });

  it('finds a real edge within the year', () => {
    const random = new Random(7);
    let promoted = 0;
    for (let year = 0; year < 10; year++) if (yearOf(random.fork(`year ${year}`), 0.04)) promoted++;
    expect(promoted).toBe(10);
  });
});
