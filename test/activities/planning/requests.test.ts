import { parseBackfill, parseNightly } from '../../../activities/planning/requests';

const RANGE = { symbol: 'ES', start: '2024-01-02', end: '2024-01-31' };
const message = (input: unknown): string => {
  try {
    parseBackfill(input);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was accepted');
};

test('what is left out has a default', () => {
  expect(parseBackfill(RANGE)).toEqual({
    ...RANGE,
    layers: ['bronze', 'silver', 'gold', 'normalisation'],
    reprocess: 'missing',
    order: 'oldest',
    dryRun: false,
    pageSize: 400,
  });
  expect(parseNightly({ symbol: 'ES' })).toEqual({
    symbol: 'ES',
    layers: ['bronze', 'silver', 'gold', 'normalisation'],
  });
});

test('layers are put in order, each once', () => {
  expect(parseBackfill({ ...RANGE, layers: ['gold', 'bronze', 'gold'] }).layers).toEqual(['bronze', 'gold']);
});

test.each([
  [undefined, 'input'],
  [{ start: '2024-01-02' }, 'symbol: is missing; end: is missing'],
  [{ ...RANGE, symbol: 'es mini' }, 'symbol: must be a product'],
  [{ ...RANGE, start: '2024-02-30' }, 'start: must be a day'],
  [{ ...RANGE, end: '2024-01-01' }, 'end: must not be before start'],
  [{ ...RANGE, layers: [] }, 'layers'],
  [{ ...RANGE, layers: ['tin'] }, 'layers.0'],
  [{ ...RANGE, reprocess: 'some' }, 'reprocess'],
  [{ ...RANGE, concurrency: 65 }, 'concurrency'],
  [{ ...RANGE, concurency: 3 }, 'concurency'],
])('%j is refused by name', (input, expected) => {
  expect(message(input)).toContain(expected);
});
