import { pointDigits, pointsText, pricePoints, ticksToPoints } from '../../../graph/market/points';

describe('prices in points', () => {
  it.each([
    [19_220, 250_000_000, '4805.00'],
    [19_221, 250_000_000, '4805.25'],
    [20_123, 100_000_000, '2012.30'],
    [38_000, 1_000_000_000, '38000.00'],
    [-3, 50_000_000, '-0.15'],
    [1, 5_000_000, '0.005'],
    [0, 250_000_000, '0.00'],
  ])('of %d ticks of %d are %s', (ticks, nanos, text) => {
    expect(pointsText(ticks, nanos)).toBe(text);
    expect(ticksToPoints(ticks, nanos)).toBe(Number(text));
  });

  it.each([
    [250_000_000, 2],
    [100_000_000, 2],
    [1_000_000_000, 2],
    [5_000_000, 3],
    [15_625_000, 6],
    [1, 9],
  ])('of a tick of %d have %d digits', (nanos, digits) => {
    expect(pointDigits(nanos)).toBe(digits);
  });
});

it('writes prices of products it does not know with all their digits, and averages with enough', () => {
  expect([4805, 4805.25, 110.515625, 0.0067, -0.15].map(pricePoints)).toEqual([
    '4805.00',
    '4805.25',
    '110.515625',
    '0.0067',
    '-0.15',
  ]);
  expect(pricePoints(5168.456_789_12)).toBe('5168.45679');
});
