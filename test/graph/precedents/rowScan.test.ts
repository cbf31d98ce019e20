import { Nearest } from '../../../graph/precedents/nearest';
import { LANES, RowScan } from '../../../graph/precedents/rowScan';
import { scanRows } from '../../../graph/precedents/scanKernel';
import { Random } from '../../../graph/random/random';

const WIDTH = 5 * LANES;
const ROWS = 301;

type Fill = (random: Random, row: number, k: number) => number;
const FILLS: Readonly<Record<string, Fill>> = {
  'like any other': (random) => random.normal(),
  'all the same': () => 1.25,
  'nothing but zeros': () => 0,
  'with one that is far beyond all others': (random, row) => (row === 7 ? 1e6 : 1) * random.normal(),
  'that differ by less than a coarse step': (random, _, k) => (k === 0 ? 1000 : 1e-4 * random.normal()),
  'each there many times': (_, row, k) => Math.sin((row % 9) * WIDTH + k),
  'of hardly more than one dimension': (random, _, k) => (k === 3 ? 30 : 1e-3) * random.normal(),
};

/** Where a query counts: all of a row, or stretches of it. */
const STRETCHES = [
  [[0, WIDTH]],
  [[LANES, 3 * LANES]],
  [
    [0, LANES],
    [2 * LANES, WIDTH],
  ],
] as const;

describe.each(Object.keys(FILLS))('rows %s', (name) => {
  test.each([1, 3, 50, 400])(
    'the %d nearest are those that comparing all floats finds, to the last bit',
    (most) => {
      const random = new Random(most);
      const wasm = new RowScan(WIDTH, ROWS, ROWS * WIDTH);
      const plain = new RowScan(WIDTH, ROWS, ROWS * WIDTH, false);
      const floats = Float32Array.from({ length: ROWS * WIDTH }, (_, i) =>
        FILLS[name](random, Math.floor(i / WIDTH), i % WIDTH),
      );
      const rows = Int32Array.from({ length: ROWS }, (_, k) => 3 * k);
      const block = { from: 0, stride: WIDTH, rows };
      for (const scan of [wasm, plain]) {
        scan.rows.set(floats);
        scan.ready([block]);
      }
      const allowed = Uint8Array.from({ length: 3 * ROWS }, () => (random.chance(0.5) ? 1 : 0));
      for (const stretches of STRETCHES)
        for (const beyond of [1, 40]) {
          const runs = stretches.map(([from, to]) => ({
            from,
            query: Float32Array.from(
              { length: to - from },
              (_, k) => beyond * (floats[8 * WIDTH + from + k] + 1e-3 * k),
            ),
          }));
          const query = { runs, scale: 1.7 };
          for (const filter of [undefined, allowed])
            for (const known of [0, 1, 6, ROWS]) {
              const twin = new Nearest(most);
              for (let k = 0; k < known; k++) {
                if (filter && filter[rows[k]] === 0) continue;
                let sum = 0;
                for (const { from, query: part } of runs) {
                  const out = new Float32Array(1);
                  scanRows(part, floats, k * WIDTH + from, 0, out);
                  sum = Math.fround(sum + out[0]);
                }
                twin.offer(Math.fround(sum * query.scale), rows[k]);
              }
              for (const scan of [wasm, plain]) {
                const nearest = new Nearest(most);
                // In two parts, as blocks of a pool are: what the first has found narrows the second.
                scan.offer(query, block, Math.floor(known / 2), nearest, filter);
                const rest = {
                  ...block,
                  from: Math.floor(known / 2) * WIDTH,
                  rows: rows.subarray(Math.floor(known / 2)),
                };
                scan.offer(query, rest, known - Math.floor(known / 2), nearest, filter);
                expect(nearest.inOrder()).toEqual(twin.inOrder());
              }
            }
        }
    },
  );
});
