import fc from 'fast-check';
import { SilenceDetector, SILENCE_NS } from '../../../graph/quality/silences';

const S = SILENCE_NS;

function silences(records: number[], spans = [{ open: 0, close: 100 * S }]) {
  const detector = new SilenceDetector(spans);
  for (const t of records) detector.record(t);
  detector.finish();
  return detector.silences.map(({ from, to }) => [from / S, to / S]);
}
const steady = (from: number, to: number) =>
  Array.from({ length: 2 * (to - from) + 1 }, (_, k) => (from + k / 2) * S);

describe('silence in trading hours', () => {
  it('is nothing for a minute or longer', () => {
    expect(silences(steady(0, 100))).toEqual([]);
    expect(silences([...steady(0, 40), ...steady(41, 100)])).toEqual([[40, 41]]);
    expect(silences([...steady(0, 40), ...steady(40.999, 100)])).toEqual([]);
  });

  it('is at both ends of a session that begins late and ends early, and all of one without records', () => {
    expect(silences(steady(10, 90))).toEqual([
      [0, 10],
      [90, 100],
    ]);
    expect(silences([])).toEqual([[0, 100]]);
  });

  it('is not between sessions, whatever is captured there', () => {
    const spans = [
      { open: 0, close: 10 * S },
      { open: 50 * S, close: 60 * S },
    ];
    expect(silences([...steady(0, 10), ...steady(50, 60)], spans)).toEqual([]);
    expect(silences([...steady(0, 10), 30 * S, ...steady(53, 60)], spans)).toEqual([[50, 53]]);
    expect(silences([70 * S], spans)).toEqual([
      [0, 10],
      [50, 60],
    ]);
  });

  it('never overlaps, and lies within the hours', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 140 }), { maxLength: 30 }), (minutes) => {
        const records = minutes.sort((a, b) => a - b).map((minute) => minute * S);
        let last = 0;
        for (const [from, to] of silences(records)) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThanOrEqual(from + 1);
          expect(to).toBeLessThanOrEqual(100);
          expect(records.filter((t) => t > from * S && t < to * S)).toEqual([]);
          last = to;
        }
      }),
    );
  });
});
