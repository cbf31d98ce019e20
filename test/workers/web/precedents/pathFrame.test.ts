import fc from 'fast-check';
import type { PathPoint } from '../../../../graph/precedents/answer';
import { cornersOf, HEIGHT, pathFrame, WIDTH } from '../../../../workers/web/precedents/pathFrame';

const cornersIn = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map((corner) => corner.split(',').map(Number));

test('the touch is at the same place in every picture, and above it is through the level', () => {
  const early = [
    { seconds: -60, points: -4 },
    { seconds: 0, points: 0 },
    { seconds: 60, points: 6 },
  ];
  const late = [
    { seconds: -30, points: 2 },
    { seconds: 30, points: -6 },
  ];
  const frame = pathFrame([early, late], 60, 5);
  expect([frame.from, frame.to]).toEqual([-60, 60]);
  expect(frame.x(0)).toBe(WIDTH / 2);
  expect(frame.y(0)).toBe(HEIGHT / 2);
  expect(frame.y(5)).toBeLessThan(frame.y(-5));
  const { before, after } = cornersOf(early, frame);
  expect(cornersIn(before).map(([x]) => x)).toEqual([0, 100]);
  expect(cornersIn(after).map(([x]) => x)).toEqual([100, 200]);
});

test('whatever the paths, all corners are in the picture, and the line has no hole at the touch', () => {
  const path = fc
    .array(
      fc.record({
        seconds: fc.integer({ min: -1200, max: 1800 }),
        points: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      }),
      {
        minLength: 1,
      },
    )
    .map((points): PathPoint[] => points.toSorted((a, b) => a.seconds - b.seconds));
  fc.assert(
    fc.property(fc.array(path, { minLength: 1 }), fc.integer({ min: 60, max: 1800 }), (paths, horizon) => {
      const frame = pathFrame(paths, horizon, 5);
      for (const one of paths) {
        const [before, after] = Object.values(cornersOf(one, frame)).map(cornersIn);
        for (const [x, y] of [...before, ...after]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(WIDTH);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(HEIGHT);
        }
        if (before.length > 0 && after.length > 0) expect(after[0]).toEqual(before.at(-1));
      }
    }),
  );
});
