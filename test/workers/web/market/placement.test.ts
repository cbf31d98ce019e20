import fc from 'fast-check';
import {
  isSamePlacement,
  movedTo,
  placementOf,
  type Placement,
} from '../../../../workers/web/market/placement';

const placement: fc.Arbitrary<Placement> = fc.record({
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 2000 }),
  ratio: fc.constantFrom(1, 1.5, 2),
  left: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  perSecond: fc.double({ min: 0.01, max: 50, noNaN: true }),
  top: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  perTick: fc.double({ min: -50, max: -0.01, noNaN: true }),
});

test('what was drawn with one placement lies, moved and stretched, where another one draws it', () => {
  fc.assert(
    fc.property(placement, placement, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, share) => {
      const moved = movedTo(from, to);
      const [x, y] = [share * from.width, share * from.height];
      const [seconds, ticks] = [(x - from.left) / from.perSecond, (y - from.top) / from.perTick];
      // As near as the figures are of one another.
      const near = (found: number, exact: number, size: number) =>
        expect(Math.abs(found - exact)).toBeLessThan(1e-9 * (1 + size));
      const exactX = to.left + seconds * to.perSecond;
      const exactY = to.top + ticks * to.perTick;
      near(moved.x + share * moved.width, exactX, (1e5 * to.perSecond) / from.perSecond + Math.abs(exactX));
      near(moved.y + share * moved.height, exactY, (1e5 * to.perTick) / from.perTick + Math.abs(exactY));
    }),
  );
});

test('a placement is as another where nothing of it is seen to move', () => {
  fc.assert(
    fc.property(placement, (one) => {
      expect(isSamePlacement(one, { ...one })).toBe(true);
      expect(isSamePlacement(one, { ...one, left: one.left + 0.2 })).toBe(false);
      expect(isSamePlacement(one, { ...one, top: one.top - 0.2 })).toBe(false);
      expect(isSamePlacement(one, { ...one, width: one.width + 1 })).toBe(false);
    }),
  );
});

test('bars of five seconds and points of four ticks are the axes of seconds and ticks', () => {
  const scale = {
    width: 800,
    height: 400,
    ratio: 2,
    x: (index: number) => 10 + 3 * index,
    y: (points: number) => 900 - 8 * points,
  };
  const session = {
    bars: { indexOf: (t: number) => (t - 100e9) / 5e9 },
    points: (ticks: number) => ticks / 4,
  };
  const found = placementOf(scale, session)!;
  expect(found).toMatchObject({ width: 800, height: 400, ratio: 2 });
  expect(found.left).toBeCloseTo(-50, 9);
  expect(found.perSecond).toBeCloseTo(0.6, 9);
  expect(found.top).toBeCloseTo(900, 9);
  expect(found.perTick).toBeCloseTo(-2, 9);
  expect(placementOf({ ...scale, width: 0 }, session)).toBeUndefined();
  expect(placementOf({ ...scale, x: () => NaN }, session)).toBeUndefined();
});
