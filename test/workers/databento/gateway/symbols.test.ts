import fc from 'fast-check';
import type { SymbolInterval } from '../../../../graph/dbn/symbology';
import { joinedIntervals, resolve } from '../../../../workers/databento/gateway/symbols';

const names = (symbols: string[]) =>
  symbols.map((symbol, instrumentId) => ({ instrumentId, symbol, from: 0n, to: 9n }));
const KNOWN = names(['ESH4', 'ESH4-ESM4', 'ESM4 C4250', 'EW2F6 C7000', 'NQH4', 'ES.v.0', 'ESX']);

test.each([
  ['ES.FUT', 'parent', ['ESH4', 'ESH4-ESM4']],
  ['ES.OPT', 'parent', ['ESM4 C4250']],
  ['EW2.OPT', 'parent', ['EW2F6 C7000']],
  ['ES.v.0', 'continuous', ['ES.v.0']],
  ['ESH4', 'raw_symbol', ['ESH4']],
  ['4', 'instrument_id', ['NQH4']],
  ['ES', 'raw_symbol', []],
] as const)('%s as %s is %j', (requested, stypeIn, expected) => {
  const [{ intervals }] = resolve(KNOWN, [requested], stypeIn);
  expect(intervals.map(({ symbol }) => symbol)).toEqual(expected);
});

test('intervals of a name cover what they covered before, and neither overlap nor touch', () => {
  const interval = fc
    .record({
      instrumentId: fc.nat(1),
      symbol: fc.constantFrom('A', 'B'),
      from: fc.nat(20),
      length: fc.nat(8),
    })
    .map(({ from, length, ...name }) => ({ ...name, from: BigInt(from), to: BigInt(from + length) }));
  fc.assert(
    fc.property(fc.array(interval), (given) => {
      const joined = joinedIntervals(given);
      const at = (list: readonly SymbolInterval[], time: bigint, id: number, name: string) =>
        list.filter(
          (one) => one.instrumentId === id && one.symbol === name && one.from <= time && time < one.to,
        );
      for (let time = 0n; time < 30n; time++)
        for (const id of [0, 1])
          for (const name of ['A', 'B'])
            expect(at(joined, time, id, name)).toHaveLength(Math.min(1, at(given, time, id, name).length));
      expect(joinedIntervals(joined)).toHaveLength(joined.length);
    }),
  );
});
