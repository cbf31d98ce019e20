import fc from 'fast-check';
import { MOST_RECENT, PRINT_WIDTH, RecentPrints } from '../../../graph/screen/prints';

test('the latest prints are the last of all, however they came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(MOST_RECENT * 1.5), { maxLength: 8 }), (counts) => {
      const recent = new RecentPrints();
      const all: number[] = [];
      for (const count of counts) {
        const rows = Float64Array.from({ length: count * PRINT_WIDTH }, (_, k) => all.length + k);
        recent.add(rows);
        for (const value of rows) all.push(value);
      }
      expect(recent.values).toEqual(Float64Array.from(all.slice(-MOST_RECENT * PRINT_WIDTH)));
    }),
    { numRuns: 20 },
  );
});
