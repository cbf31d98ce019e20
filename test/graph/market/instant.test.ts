import { parseInstant } from '../../../graph/market/instant';

const CHRISTMAS = 1_703_462_400_000_000_000n;

describe('an instant as written', () => {
  it.each([
    ['1703462400000000001', CHRISTMAS + 1n],
    ['2023-12-25', CHRISTMAS],
    ['2023-12-25T00:00', CHRISTMAS],
    ['2023-12-25 00:00:01', CHRISTMAS + 1_000_000_000n],
    ['2023-12-25T00:00:00.000000001Z', CHRISTMAS + 1n],
    ['2023-12-25T00:00:00.5', CHRISTMAS + 500_000_000n],
    ['2023-12-24T19:00:00-05:00', CHRISTMAS],
    ['2023-12-25T05:30:00+05:30', CHRISTMAS],
    ['1970-01-01T00:00:00Z', 0n],
    ['9223372036854775807', (1n << 63n) - 1n],
    ['2262-04-11T23:47:16.854775807Z', (1n << 63n) - 1n],
    ['1677-09-21T00:12:43.145224192Z', -(1n << 63n)],
  ])('%s', (text, ns) => {
    expect(parseInstant(text)).toBe(ns);
  });

  it.each([
    '',
    'noon',
    '2023-13-01',
    '2023-02-30',
    '2023-12-25T24:00',
    '2023-12-25T23:60',
    '-5',
    '2023-12-25Z',
    '9223372036854775808',
    '2262-04-11T23:47:16.854775808Z',
    '1677-09-21T00:12:43.145224191Z',
  ])('is refused: %s', (text) => {
    expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
  });
});
