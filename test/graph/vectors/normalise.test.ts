/** Normalisation: of earlier sessions only, as plain formulas have it, with masks that stay masks. */
import fc from 'fast-check';
import { FEATURE_TABLE, FEATURES, GROUP_SIZES } from '../../../graph/vectors/features';
import { fitNormalisation, normalise, type PastVector } from '../../../graph/vectors/normalise';
import { random } from '../../support/sessions';

const NOTHING_MASKED = { geometry: false, book: false, options: false };

const day = (k: number) =>
  `2024-${String(1 + Math.floor(k / 28)).padStart(2, '0')}-${String(1 + (k % 28)).padStart(2, '0')}`;

/** Vectors of `days` days from 2024-01-01 on, some figures undefined. */
function past(days: number, perDay: number, seed = 1): PastVector[] {
  const next = random(seed);
  return Array.from({ length: days * perDay }, (_, i) => ({
    session: day(Math.floor(i / perDay)),
    raw: Float32Array.from(FEATURES, ({ index }) =>
      next() < 0.05 ? NaN : (index - 70) * 3 + (1 + index) * (next() + next() - 1) ** 3,
    ),
  }));
}

describe('normalisation', () => {
  it('takes mean and standard deviation of the last 60 earlier sessions, undefined figures apart', () => {
    const vectors = past(75, 3);
    const fitted = fitNormalisation(vectors, day(70))!;
    expect(fitted).toMatchObject({
      featureTable: FEATURE_TABLE,
      sessions: 60,
      firstSession: day(10),
      lastSession: day(69),
    });
    for (const { index } of FEATURES) {
      const values = vectors
        .filter(({ session }) => session >= day(10) && session < day(70))
        .map(({ raw }) => raw[index])
        .filter((value) => !Number.isNaN(value));
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      const { center, scale, n } = fitted.statistics[index];
      expect(n).toBe(values.length);
      expect(center).toBeCloseTo(mean, 8);
      expect(scale).toBeCloseTo(Math.sqrt(variance), 8);
    }
  });

  it('counts sessions that have vectors, whatever the calendar says', () => {
    const vectors = past(20, 2).filter(({ session }) => session !== day(3));
    expect(fitNormalisation(vectors, day(20))).toMatchObject({ sessions: 19, firstSession: day(0) });
  });

  it('sees nothing of its own session or later ones', () => {
    const vectors = past(30, 4);
    const expected = fitNormalisation(
      vectors.filter(({ session }) => session < day(20)),
      day(20),
    );
    const shout = Float32Array.from(FEATURES, () => 1e9);
    const later = [20, 21, 29].map((k) => ({ session: day(k), raw: shout }));
    expect(fitNormalisation([...later, ...vectors], day(20))).toEqual(expected);
    expect(fitNormalisation([{ session: day(19), raw: shout }, ...vectors], day(20))).not.toEqual(expected);
  });

  it('does not depend on the order of the vectors, to the last bit', () => {
    const vectors = past(10, 5);
    const expected = fitNormalisation(vectors, day(10));
    fc.assert(
      fc.property(fc.shuffledSubarray(vectors, { minLength: vectors.length }), (shuffled) => {
        expect(fitNormalisation(shuffled, day(10))).toEqual(expected);
      }),
      { numRuns: 10, seed: 5 },
    );
  });

  it('is not there before there are earlier sessions', () => {
    expect(fitNormalisation([], day(5))).toBeNull();
    expect(fitNormalisation(past(3, 2), day(0))).toBeNull();
  });

  it('gives deviations within 4, over the square root of the size of their group', () => {
    const fitted = fitNormalisation(past(40, 5), day(40))!;
    const raw = Float32Array.from(FEATURES, ({ index }) => {
      const { center, scale } = fitted.statistics[index];
      return center + [-9, -4.01, -3.9, 0, 1.5, 3.9, 4.01, 900][index % 8] * scale;
    });
    const normalised = normalise(raw, NOTHING_MASKED, fitted);
    for (const { index, group } of FEATURES)
      expect(normalised[index] * Math.sqrt(GROUP_SIZES[group])).toBeCloseTo(
        [-4, -4, -3.9, 0, 1.5, 3.9, 4, 4][index % 8],
        3,
      );
  });

  it('gives the vectors it was fitted to mean 0 and variance 1, and every group the same weight', () => {
    const vectors = past(50, 6, 3);
    const fitted = fitNormalisation(vectors, day(50))!;
    const rows = vectors.map(({ raw }) => normalise(raw, NOTHING_MASKED, fitted));
    const lengths = { geometry: 0, book: 0, options: 0 };
    for (const row of rows)
      for (const { index, group } of FEATURES) lengths[group] += row[index] ** 2 / rows.length;
    // 5 % are undefined, and the tails are cut off.
    for (const length of Object.values(lengths)) {
      expect(length).toBeGreaterThan(0.85);
      expect(length).toBeLessThan(1);
    }
  });

  it('keeps masked groups out, puts undefined figures on the mean, and leaves constants at 0', () => {
    const constant = past(10, 5).map(({ session, raw }) => ({
      session,
      raw: Float32Array.from(raw, (value, index) => (index === 7 ? 3 : index === 8 ? NaN : value)),
    }));
    const fitted = fitNormalisation(constant, day(10))!;
    expect(fitted.statistics[7]).toEqual({ center: 3, scale: 0, n: 50 });
    expect(fitted.statistics[8]).toEqual({ center: 0, scale: 0, n: 0 });
    const raw = Float32Array.from(constant[3].raw);
    raw[7] = 1e6;
    raw[8] = 5;
    raw[60] = NaN;
    const normalised = normalise(raw, { ...NOTHING_MASKED, options: true }, fitted);
    expect([normalised[7], normalised[8], normalised[60]]).toEqual([0, 0, 0]);
    FEATURES.forEach(({ index, group }) => expect(Number.isNaN(normalised[index])).toBe(group === 'options'));
  });

  it('is named by its content', () => {
    const vectors = past(10, 5);
    const { version } = fitNormalisation(vectors, day(10))!;
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(fitNormalisation(vectors, day(12))!.version).toBe(version);
    expect(fitNormalisation(vectors, day(9))!.version).not.toBe(version);
  });
});
