import { studentTail } from '../../../graph/statistics/studentT';
import { normalCdf } from '../../../graph/options/normal';

describe("Student's t", () => {
  // Percentage points from the tables of E. S. Pearson and H. O. Hartley, Biometrika Tables for Statisticians, vol. 1, table 12.
  test.each([
    [6.314, 1, 0.05],
    [636.619, 1, 0.0005],
    [2.92, 2, 0.05],
    [2.228, 10, 0.025],
    [4.587, 10, 0.0005],
    [1.725, 20, 0.05],
    [3.85, 20, 0.0005],
    [2.617, 120, 0.005],
  ])('is above %d with %d degrees of freedom with probability %d', (t, freedom, tail) => {
    expect(Math.abs(studentTail(t, freedom) / tail - 1)).toBeLessThan(0.002);
    expect(studentTail(-t, freedom)).toBeCloseTo(1 - tail, 4);
  });

  it('has closed forms for one and two degrees of freedom', () => {
    for (const t of [0, 0.1, 0.5, 1, 2, 7, 40]) {
      expect(studentTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 12);
      expect(studentTail(t, 2)).toBeCloseTo(0.5 * (1 - t / Math.sqrt(2 + t * t)), 12);
    }
  });

  it('comes to the normal distribution', () => {
    for (const t of [0.3, 1, 1.96, 3]) expect(studentTail(t, 1e6)).toBeCloseTo(1 - normalCdf(t), 5);
  });
});
