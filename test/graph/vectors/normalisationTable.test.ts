import { FEATURES } from '../../../graph/vectors/features';
import { normalisationOf, normalisationRows } from '../../../graph/vectors/normalisationTable';
import { fitNormalisation, type Normalisation } from '../../../graph/vectors/normalise';
import { enforce } from '../../../lake/contracts/enforce';
import { random } from '../../support/sessions';
import { rowsOf } from '../../support/tables';

const next = random(4);
const past = Array.from({ length: 50 }, (_, i) => ({
  session: `2024-01-0${1 + (i % 5)}`,
  raw: Float32Array.from(FEATURES, ({ index }) => (next() < 0.05 ? NaN : index * next())),
}));
const fitted = fitNormalisation(past, '2024-01-08') as Normalisation;

describe('the rows of a normalisation', () => {
  it('are one a dimension, as the contract asks for', () => {
    const batch = normalisationRows(fitted);
    expect(() => enforce(batch)).not.toThrow();
    expect(rowsOf(batch).map(({ feature }) => feature)).toEqual(FEATURES.map(({ name }) => name));
    expect(rowsOf(batch)[3]).toEqual({
      version: fitted.version,
      feature_table: fitted.featureTable,
      feature_index: 3,
      feature: FEATURES[3].name,
      ...fitted.statistics[3],
      sessions: 5,
      first_session: '2024-01-01',
      last_session: '2024-01-05',
    });
    expect(normalisationRows(null).rowCount).toBe(0);
  });

  it('give it back, and are refused where they are of another table of features', () => {
    const rows = rowsOf(normalisationRows(fitted));
    expect(rows).toHaveLength(144);
    expect(normalisationOf([...rows].reverse())).toEqual(fitted);
    expect(normalisationOf([])).toBeNull();
    expect(() => normalisationOf(rows.map((row) => ({ ...row, feature_table: '0-other' })))).toThrow(
      expect.objectContaining({ code: 'BadArgument' }) as Error,
    );
  });
});
