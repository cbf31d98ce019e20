import { approachPooling, pooledSequence } from '../../../../graph/models/transformer/pooledSequence';

const of = (sequence: number[], steps: number, barsPerStep: number, channels = 1) =>
  Array.from(pooledSequence(sequence, { channels, steps, barsPerStep }));

describe('the pooled approach', () => {
  it('averages bars to steps, oldest first, channel by channel', () => {
    expect(of([1, 10, 3, 30, 5, 50, 7, 70], 2, 2, 2)).toEqual([2, 20, 6, 60]);
  });

  it('ends with the last bar: of a short sequence the oldest steps are undefined, of a long one bars are left out', () => {
    expect(of([4, 6, 8], 3, 2)).toEqual([NaN, 4, 7]);
    expect(of([100, 1, 3, 5, 7], 2, 2)).toEqual([2, 6]);
    expect(of([], 2, 2)).toEqual([NaN, NaN]);
  });

  it('averages the bars in which a channel is defined', () => {
    expect(of([NaN, 3, NaN, NaN], 2, 2)).toEqual([3, NaN]);
  });

  it('covers the 20 minutes in at most 64 steps, whatever the length of a bar', () => {
    expect(approachPooling(5)).toEqual({ channels: 12, steps: 60, barsPerStep: 4 });
    for (const barSeconds of [1, 2, 3, 7, 15, 30, 60, 300]) {
      const { steps, barsPerStep } = approachPooling(barSeconds);
      expect(steps).toBeLessThanOrEqual(64);
      expect(steps * barsPerStep * barSeconds).toBeGreaterThanOrEqual(1200);
      expect((steps - 1) * barsPerStep * barSeconds).toBeLessThan(1200);
    }
  });
});
