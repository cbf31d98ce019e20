import fc from 'fast-check';
import { RecordCoverage } from '../../../graph/levels/coverage';
import { restoreState, saveState } from '../../../graph/state/blob';

const MINUTE = 60e9;
/** Two sessions of 100 minutes, and an hour between them. */
const spans = [
  { open: 0, close: 100 * MINUTE },
  { open: 160 * MINUTE, close: 260 * MINUTE },
];

/** Coverage by records captured at the given minutes. */
function coverageOf(minutes: readonly number[]): RecordCoverage {
  const coverage = new RecordCoverage({ spans });
  for (const minute of minutes) coverage.captured(minute * MINUTE);
  return coverage;
}
const steady = (from: number, to: number) =>
  Array.from({ length: 2 * (to - from) + 1 }, (_, k) => from + k / 2);
const gap = (coverage: RecordCoverage, from: number, to: number) => {
  const found = coverage.gapIn(from * MINUTE, to * MINUTE);
  return found && [found.from / MINUTE, found.to / MINUTE];
};

describe('data cover a stretch of trading hours', () => {
  it('if there are records from its beginning to its end', () => {
    expect(gap(coverageOf(steady(0, 30)), 0, 30)).toBeNull();
    expect(gap(coverageOf(steady(-5, 40)), 10, 30)).toBeNull();
  });

  it('not if they begin later, be it by two seconds', () => {
    expect(gap(coverageOf(steady(10, 40)), 10, 30)).toBeNull();
    expect(gap(coverageOf(steady(10 + 1 / 60, 40)), 10, 30)).toBeNull();
    expect(gap(coverageOf(steady(10 + 2 / 60, 40)), 10, 30)).toEqual([-Infinity, 10 + 2 / 60]);
    expect(gap(coverageOf([]), 10, 30)).toEqual([-Infinity, Infinity]);
  });

  it('not if they end before it does', () => {
    expect(gap(coverageOf(steady(0, 14)), 0, 15)).toBeNull();
    expect(gap(coverageOf(steady(0, 13)), 0, 15)).toEqual([13, Infinity]);
  });

  it('not with a silence of an eighth of it, or of five minutes', () => {
    const silent = (minutes: number) => coverageOf([...steady(0, 5), ...steady(5 + minutes, 100)]);
    expect(gap(silent(1), 0, 8)).toEqual([5, 6]);
    expect(gap(silent(1.5), 0, 15)).toBeNull();
    expect(gap(silent(2), 0, 15)).toEqual([5, 7]);
    expect(gap(silent(4.5), 0, 100)).toBeNull();
    expect(gap(silent(5), 0, 100)).toEqual([5, 10]);
    // What lies outside the stretch is none of its business.
    expect(gap(silent(5), 11, 100)).toBeNull();
    expect(gap(silent(5), 0, 5)).toBeNull();
  });

  it('of a thin market with long silences, unless one stands out', () => {
    // A record every 7 minutes.
    const thin = [0, 7, 14, 21, 28, 35, 42];
    expect(gap(coverageOf([...thin, 49, 56]), 0, 60)).toBeNull();
    expect(gap(coverageOf([...thin, 62]), 0, 70)).toBeNull();
    expect(gap(coverageOf([...thin, 63]), 0, 70)).toEqual([42, 63]);
    // Two holes in a busy market do not explain each other.
    expect(gap(coverageOf([...steady(0, 20), ...steady(30, 50), ...steady(60, 100)]), 0, 100)).toEqual([
      20, 30,
    ]);
  });

  it('whatever there is between the sessions', () => {
    const apart = coverageOf([...steady(0, 100), ...steady(160, 260)]);
    expect(gap(apart, 0, 260)).toBeNull();
    expect(gap(apart, 110, 150)).toBeNull();
    expect(gap(coverageOf(steady(160, 260)), 110, 260)).toBeNull();
    expect(gap(coverageOf([...steady(0, 100), ...steady(166, 260)]), 0, 260)).toEqual([100, 166]);
  });

  it('as files do that are whole from their first record to their last', () => {
    const files = (...minutes: [number, number][]) => {
      const coverage = new RecordCoverage({ spans });
      for (const [first, last] of minutes) coverage.capturedFrom(first * MINUTE, last * MINUTE);
      return coverage;
    };
    expect(gap(files([0, 100]), 0, 100)).toBeNull();
    expect(gap(files([0, 60], [61, 100]), 0, 100)).toBeNull();
    expect(gap(files([0, 60], [20, 40], [70, 100]), 0, 100)).toEqual([60, 70]);
    expect(gap(files([1, 100]), 0, 100)).toEqual([-Infinity, 1]);
  });
});

it('what was captured is told by the times alone, whatever was saved and restored between', () => {
  const minutes = fc.array(fc.integer({ min: -10, max: 270 }), { maxLength: 60 });
  fc.assert(
    fc.property(minutes, fc.nat(60), fc.nat(260), fc.nat(260), (captured, cut, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const restored = restoreState(
        new RecordCoverage({ spans }),
        saveState(coverageOf(captured.slice(0, cut))),
      );
      for (const minute of captured.slice(cut)) restored.captured(minute * MINUTE);
      const whole = coverageOf(captured);
      expect(gap(restored, from, to)).toEqual(gap(whole, from, to));

      // By brute force.
      const times = captured.filter((t, i) => captured.slice(0, i).every((before) => before < t));
      const open = spans
        .map(({ open, close }) => [Math.max(from, open / MINUTE), Math.min(to, close / MINUTE)])
        .filter(([begin, end]) => begin < end);
      const late = open.length > 0 && !(times[0] <= open[0][0]);
      const parts = [...times, Infinity]
        .map((t, i) => {
          const since = times[i - 1] ?? t;
          const inside = open.map(([begin, end]) => Math.min(t, end) - Math.max(since, begin));
          return t - since < 1 ? 0 : Math.max(0, ...inside);
        })
        .sort((a, b) => b - a);
      const silent = parts[0] >= Math.max(1, Math.min(5, (to - from) / 8), 3 * (parts[2] ?? 0));
      expect(gap(whole, from, to) !== null).toBe(open.length > 0 && (late || silent));
    }),
    { numRuns: 300 },
  );
});
