import {
  FEATURE_TABLE,
  FEATURES,
  GROUP_SIZES,
  NOTATION,
  type FeatureGroup,
} from '../../../graph/vectors/features';

describe('the table of features', () => {
  it('has 144 dimensions in three groups, one after the other', () => {
    expect(FEATURES).toHaveLength(144);
    expect(FEATURES.map(({ index }) => index)).toEqual(Array.from({ length: 144 }, (_, i) => i));
    const sizes = Object.entries(GROUP_SIZES) as [FeatureGroup, number][];
    expect(FEATURES.map(({ group }) => group)).toEqual(
      sizes.flatMap(([group, size]) => Array<string>(size).fill(group)),
    );
  });

  it('gives each dimension a name of its own, a unit, a formula and a source', () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(144);
    for (const { name, unit, formula, source } of FEATURES) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect([unit, formula, source].every((text) => text.trim().length > 0)).toBe(true);
    }
  });

  it('gives no two dimensions the same formula', () => {
    expect(new Set(FEATURES.map(({ formula }) => formula)).size).toBe(144);
    for (const { formula } of FEATURES) expect(formula).not.toMatch(/likewise/);
  });

  it('changes its name with its content', () => {
    // Where this fails and a dimension or channel is computed otherwise than before, raise VERSION; then put the new name here.
    expect(FEATURE_TABLE).toBe('2-b5ea614923908890');
  });

  it('explains the signs its formulas use', () => {
    const text = FEATURES.map(({ formula }) => formula).join('\n');
    for (const { term } of NOTATION) {
      const sign = term.replace(/\(v\)$/, '');
      if (sign !== 'undefined' && sign !== '[m]') expect(text).toContain(sign);
    }
  });
});
