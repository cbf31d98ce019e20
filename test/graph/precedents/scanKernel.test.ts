import fc from 'fast-check';
import { scanRows, wasmKernel } from '../../../graph/precedents/scanKernel';
import { Memory } from '../../../graph/precedents/webAssembly';

const PAGE = 65536;
/** Rows are a multiple of as many floats. */
const LANES = 4;

/** Distances by the module, from a memory that is laid out anew. */
function byWasm(query: Float32Array, rows: Float32Array, stride: number, n: number): Float32Array {
  const bytes = 4 * (query.length + rows.length + n);
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE) });
  const floats = new Float32Array(memory.buffer);
  floats.set(query, 0);
  floats.set(rows, query.length);
  const out = query.length + rows.length;
  wasmKernel(memory)(0, 4 * query.length, 4 * query.length, 4 * stride, n, 4 * out);
  return floats.slice(out, out + n);
}

const scans = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), gap: fc.integer({ min: 0, max: 2 }), n: fc.nat(9) })
  .chain(({ width, gap, n }) => {
    const float = fc.float({ min: -100, max: 100, noNaN: true });
    const stride = (width + gap) * LANES;
    return fc.record({
      query: fc.float32Array({
        minLength: width * LANES,
        maxLength: width * LANES,
        noNaN: true,
        min: -9,
        max: 9,
      }),
      rows: fc
        .array(float, { minLength: n * stride, maxLength: n * stride })
        .map((v) => Float32Array.from(v)),
      stride: fc.constant(stride),
      n: fc.constant(n),
    });
  });

it('gives the same bits in WebAssembly and in JavaScript, whatever the width', () => {
  fc.assert(
    fc.property(scans, ({ query, rows, stride, n }) => {
      const out = new Float32Array(n);
      scanRows(query, rows, 0, stride, out);
      expect(byWasm(query, rows, stride, n)).toEqual(out);
    }),
  );
});

it('gives squared distances', () => {
  fc.assert(
    fc.property(scans, ({ query, rows, stride, n }) => {
      const found = byWasm(query, rows, stride, n);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < query.length; k++) sum += (query[k] - rows[i * stride + k]) ** 2;
        expect(Math.abs(found[i] - sum)).toBeLessThanOrEqual(1e-5 * sum + 1e-30);
      }
    }),
  );
});
