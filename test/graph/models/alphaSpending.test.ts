import { alphaOfLook, spentAt, YEARLY_ALPHA } from '../../../graph/models/alphaSpending';

const monthsOf = (year: number) =>
  Array.from({ length: 12 }, (_, k) => `${year}-${String(k + 1).padStart(2, '0')}`);

describe('what looks may spend', () => {
  it("is Lan and DeMets' function of Pocock's type: nothing at the start, all of it at the end of the year", () => {
    expect(spentAt(0)).toBe(0);
    expect(spentAt(1)).toBeCloseTo(YEARLY_ALPHA, 15);
    // Lan and DeMets, Biometrika 70 (1983), table 1, five equal steps of alpha = .05.
    for (const [share, spent] of [
      [0.2, 0.015],
      [0.4, 0.026],
      [0.6, 0.035],
      [0.8, 0.043],
    ])
      expect(spentAt(share, 0.05)).toBeCloseTo(spent, 3);
  });

  it('comes to the alpha of a year, and begins anew with the next', () => {
    const taken: string[] = [];
    let sum = 0;
    for (const month of monthsOf(2024)) {
      const alpha = alphaOfLook(month, taken);
      expect(alpha).toBeGreaterThan(0);
      sum += alpha;
      taken.push(month);
    }
    expect(sum).toBeCloseTo(YEARLY_ALPHA, 12);
    expect(alphaOfLook('2025-01', taken)).toBeCloseTo(alphaOfLook('2024-01', []), 15);
  });

  it('leaves the part of a look that was not taken to the next', () => {
    expect(alphaOfLook('2024-06', ['2024-02'])).toBeCloseTo(spentAt(6 / 12) - spentAt(2 / 12), 15);
    expect(alphaOfLook('2024-06', ['2023-11'])).toBeCloseTo(spentAt(6 / 12), 15);
  });

  it('is nothing for a month that was looked at, or one before it', () => {
    expect(alphaOfLook('2024-06', ['2024-06'])).toBe(0);
    expect(alphaOfLook('2024-05', ['2024-06', '2024-02'])).toBe(0);
  });
});
