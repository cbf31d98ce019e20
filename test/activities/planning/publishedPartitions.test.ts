import fc from 'fast-check';
import { PublishedPartitions } from '../../../activities/planning/publishedPartitions';
import { contractDate, keyText, type Partition } from '../../../graph/datasets/units';

const partition = fc
  .record({ contract: fc.constantFrom('ESH4', 'ESM4'), day: fc.integer({ min: 10, max: 28 }) })
  .map(({ contract, day }) => contractDate(contract, `2024-03-${day}`));
const step = fc.record({ partition, published: fc.boolean() });
const DATE = '2024-03-20';

test('what is published of a date, and of the last dates before it, is what a search through all of it finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, dates) => {
      const known = new PublishedPartitions();
      const expected = new Map<string, Partition>();
      for (const { partition: of, published } of steps) {
        known.set(of, published ? `digest of ${keyText(of)}` : undefined);
        if (published) expected.set(keyText(of), of);
        else expected.delete(keyText(of));
        // Asked for in between: the order is made anew.
        known.on(DATE);
      }
      const all = [...expected.values()].sort((a, b) =>
        `${a.key.trade_date} ${a.key.contract}` < `${b.key.trade_date} ${b.key.contract}` ? -1 : 1,
      );
      const before = [...new Set(all.map(({ key }) => key.trade_date))]
        .filter((date) => date < DATE)
        .slice(-dates);
      expect(known.before(DATE, dates)).toEqual(all.filter(({ key }) => before.includes(key.trade_date)));
      expect(known.on(DATE)).toEqual(all.filter(({ key }) => key.trade_date === DATE));
      for (const of of all) expect(known.digest(of)).toBe(`digest of ${keyText(of)}`);
    }),
  );
});
