import { withLimits } from '../../../lake/parquet/failure';

// DuckDB's own words, as it says them on a full disk.
const FULL = 'No space left on device';

it.each([
  [`IO Error: Could not write file "/lake/.staging/x.parquet": ${FULL}`, undefined],
  [
    `IO Error: Could not write file "/tmp/spymaster-spill-1-aaaaaa/duckdb_temp": ${FULL}`,
    'duckdb.spillFolder',
  ],
])('names the file and the setting of a disk that is full: %s', (message, field) => {
  const failure = withLimits(new Error(message), {});
  expect(failure).toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining(message) as string,
    details: { expected: expect.stringContaining('more room') as string },
  });
  expect((failure as { details: { field?: string } }).details.field).toBe(field);
});

it('leaves other errors as they are', () => {
  const error = new Error('Binder Error: no such column');
  expect(withLimits(error, {})).toBe(error);
});
