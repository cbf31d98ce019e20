/** The rows remembered of Silver, against a plain list. */
import fc from 'fast-check';
import { restoreState, saveState } from '../../../graph/state/blob';
import { Lookback, RowStore, StoredRow } from '../../../graph/vectors/rowStore';

const FIELDS = ['a', 'b'] as const;
type Field = (typeof FIELDS)[number];
interface Plain {
  time: number;
  key: number;
  a: number;
  b: number;
}

/** Steps of a store's life: rows pushed, the old forgotten, the whole saved and restored. */
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ wait: fc.nat(2), key: fc.nat(2), a: fc.nat(50) }) },
    { weight: 2, arbitrary: fc.record({ forget: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  ),
  { maxLength: 400, size: 'max' },
);

describe('a store of rows', () => {
  it('finds what a plain list finds, after any pushing, forgetting and restoring', () => {
    fc.assert(
      fc.property(steps, fc.nat(12), fc.nat(2), (life, depth, key) => {
        let store = new RowStore<Field>(FIELDS);
        let list: Plain[] = [];
        let time = 0;
        for (const step of life) {
          if (step === 'restart') store = restoreState(new RowStore<Field>(FIELDS), saveState(store));
          else if ('forget' in step) {
            store.dropBefore(time - step.forget);
            list = list.filter((row) => row.time >= time - step.forget);
          } else {
            time += step.wait;
            // One row a time and key, as in Silver.
            if (list.some((row) => row.time === time && row.key === step.key)) continue;
            const at = store.push(time, step.key);
            store.numbers[at] = step.a;
            store.numbers[at + 1] = step.a % 3 === 0 ? NaN : -step.a;
            list.push({ time, key: step.key, a: step.a, b: step.a % 3 === 0 ? NaN : -step.a });
          }
        }
        expect(store.length).toBe(list.length);
        expect(store.lastTime).toBe(list.at(-1)?.time ?? -Infinity);

        const mine = list.filter((row) => row.key === key && row.time <= time - 1);
        const latest = StoredRow.latest(store, key, time - 1, time - 20);
        expect(latest.get('a')).toBe(mine.findLast((row) => row.time > time - 20)?.a ?? NaN);

        const bars = depth + 1;
        const lookback = new Lookback(store, key, time - 1, 1, bars);
        const back = (k: number) => mine.find((row) => row.time === time - 1 - k);
        const rows = Array.from({ length: bars }, (_, k) => back(k));
        rows.forEach((row, k) => {
          expect(lookback.has(k)).toBe(row !== undefined);
          expect(lookback.get('b', k)).toBe(row?.b ?? NaN);
        });
        expect(lookback.oldest(bars)).toBe(rows.findLastIndex((row) => row !== undefined));
        const skip = depth >> 1;
        const known = rows.slice(skip).flatMap((row) => (row && !Number.isNaN(row.b) ? [row.b] : []));
        const sum = known.reduce((x, y) => x + y, 0);
        expect(lookback.sum('b', bars - skip, skip)).toBe(known.length ? sum : NaN);
        expect(lookback.mean('b', bars - skip, skip)).toBe(known.length ? sum / known.length : NaN);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('refuses rows of other fields', () => {
    const saved = saveState(new RowStore(['a']));
    expect(() => restoreState(new RowStore<Field>(FIELDS), saved)).toThrow(
      expect.objectContaining({ code: 'CorruptState' }) as Error,
    );
  });
});
