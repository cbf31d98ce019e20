import fc from 'fast-check';
import { parseLine } from '../../../../workers/databento/protocol/controlLine';
import { parseSubscription, subscriptionLines } from '../../../../workers/databento/protocol/subscription';

test('500 symbols go into a line, and the last line alone says that it is', () => {
  const symbols = Array.from({ length: 1201 }, (_, k) => `S${k}`);
  const lines = subscriptionLines({ schema: 'trades', symbols }).map((line) => parseLine(line.trimEnd()));
  expect(lines.map(({ symbols }) => symbols.split(',').length)).toEqual([500, 500, 201]);
  expect(lines.map(({ is_last }) => is_last)).toEqual(['0', '0', '1']);
  expect(lines.flatMap(({ symbols }) => symbols.split(','))).toEqual(symbols);
});

test("is written as Databento's clients write it", () => {
  expect(subscriptionLines({ schema: 'mbo', symbols: ['ESH4', 'NQH4'], start: 5n, id: 1 })).toEqual([
    'schema=mbo|stype_in=raw_symbol|symbols=ESH4,NQH4|start=5|snapshot=0|id=1|is_last=1\n',
  ]);
});

test('a gateway reads what a client writes', () => {
  const symbol = fc.stringMatching(/^[A-Z0-9]([A-Z0-9. :-]{0,8}[A-Z0-9])?$/);
  fc.assert(
    fc.property(
      fc.record({
        schema: fc.constantFrom('mbo', 'definition', 'ohlcv-1s'),
        stypeIn: fc.constantFrom('raw_symbol', 'parent', 'continuous'),
        symbols: fc.uniqueArray(symbol, { minLength: 1, maxLength: 20 }),
        start: fc.option(fc.bigInt(0n, 2n ** 63n - 1n), { nil: undefined }),
        id: fc.option(fc.nat(), { nil: undefined }),
      }),
      (one) => {
        const [line] = subscriptionLines(one as never);
        expect(parseSubscription(parseLine(line.trimEnd()))).toEqual({
          ...one,
          snapshot: false,
          isLast: true,
        });
      },
    ),
  );
});

test.each([
  ['1700000000000000001', 1_700_000_000_000_000_001n],
  ['2024-05-08', 1_715_126_400_000_000_000n],
  ['2024-05-08T13:30:00.000000001', 1_715_175_000_000_000_001n],
  ['2024-05-08T13:30:00.5Z', 1_715_175_000_500_000_000n],
  ['2024-05-08T09:30:00-04:00', 1_715_175_000_000_000_000n],
])('a start is %s', (start, expected) => {
  expect(parseSubscription(parseLine(`schema=mbo|symbols=A|start=${start}`)).start).toBe(expected);
});

test.each([
  [{ schema: 'trades', symbols: ['A'], snapshot: true }, /schema mbo/],
  [{ schema: 'mbo', symbols: ['A'], snapshot: true, start: 0n }, /snapshot or a start/],
  [{ schema: 'mbo', symbols: [] }, /no symbol/],
  [{ schema: 'mbo', symbols: ['A|B'] }, /no symbol/],
  [{ schema: 'mbo', symbols: ['A\nstart_session'] }, /no symbol/],
] as const)('%j is refused', (subscription, message) => {
  expect(() => subscriptionLines(subscription)).toThrow(message);
});
