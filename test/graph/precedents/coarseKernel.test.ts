import fc from 'fast-check';
import {
  COARSE_LANES,
  COARSE_ROWS,
  coarseKernel,
  coarseLimit,
  coarseRows,
} from '../../../graph/precedents/coarseKernel';
import { Memory } from '../../../graph/precedents/webAssembly';

const scans = fc
  .record({ steps: fc.integer({ min: 1, max: 5 }), gap: fc.nat(2), n: fc.nat(11) })
  .chain(({ steps, gap, n }) => {
    const [width, stride] = [steps, steps + gap].map((of) => of * COARSE_LANES);
    const limit = coarseLimit(width);
    const integers = (length: number) =>
      fc
        .array(fc.oneof(fc.integer({ min: -limit, max: limit }), fc.constantFrom(-limit, limit)), {
          minLength: length,
          maxLength: length,
        })
        .map((values) => Int16Array.from(values));
    const padded = Math.ceil(n / COARSE_ROWS) * COARSE_ROWS;
    return fc.record({
      query: integers(width),
      rows: integers(padded * stride),
      stride: fc.constant(stride),
      n: fc.constant(n),
    });
  });

it('gives the same sums in WebAssembly and in JavaScript, none of which overflows', () => {
  fc.assert(
    fc.property(scans, ({ query, rows, stride, n }) => {
      const memory = new Memory({ initial: 1 });
      new Int16Array(memory.buffer).set(query);
      new Int16Array(memory.buffer, 1024).set(rows);
      const kernel = coarseKernel(memory, 2 * stride);
      kernel(0, 1024, 2 * query.length, n, 32768);
      const out = new Int32Array(n);
      coarseRows(query, rows, 0, stride, out);
      expect(new Int32Array(memory.buffer, 32768, n)).toEqual(out);
      const exact = Array.from({ length: n }, (_, i) =>
        query.reduce((sum, value, k) => sum + (value - rows[i * stride + k]) ** 2, 0),
      );
      expect([...out]).toEqual(exact);
    }),
    { numRuns: 60 },
  );
});
