import fc from 'fast-check';
import { SpymasterError } from '../../../graph/errors';
import { restoreState, saveState } from '../../../graph/state/blob';
import { StateReader, StateWriter } from '../../../graph/state/codec';
import { NumberList } from '../../../graph/state/numberList';
import type { Stateful } from '../../../graph/state/operator';

const VALUE = fc.oneof(
  fc.record({ kind: fc.constant('unsigned' as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('signed' as const), value: fc.bigInt(-(1n << 63n), (1n << 63n) - 1n) }),
  fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('double' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 10_000 }) }),
  fc.record({ kind: fc.constant('doubles' as const), value: fc.float64Array() }),
);

const saved = (write: (out: StateWriter) => void) => {
  const out = new StateWriter();
  write(out);
  return out.finish();
};

const corrupt = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(SpymasterError);
    return error as SpymasterError;
  }
  throw new Error('nothing was thrown');
};

test('whatever is written is read back', () => {
  fc.assert(
    fc.property(fc.array(VALUE), (values) => {
      const out = new StateWriter();
      for (const { kind, value } of values) (out[kind] as (value: unknown) => void)(value);
      const from = new StateReader(out.finish());
      for (const { kind, value } of values) expect(from[kind]()).toEqual(value);
      from.end();
    }),
  );
});

test('rows of numbers are read back, of their own width only', () => {
  const list = new NumberList(3);
  for (let k = 0; k < 100; k++) {
    const row = list.push();
    list.values.set([k, NaN, -Infinity], row);
  }
  const bytes = saved((out) => out.list(list));
  const again = new NumberList(3);
  new StateReader(bytes).list(again);
  expect(again.values.subarray(0, again.length)).toEqual(list.values.subarray(0, list.length));
  expect(corrupt(() => new StateReader(bytes).list(new NumberList(7))).code).toBe('CorruptState');
});

test('another part, another version and another codec are refused by name', () => {
  const bytes = saved((out) => out.section('bars', 2));
  expect(corrupt(() => new StateReader(bytes).section('levels', 2)).details).toMatchObject({
    field: 'levels',
    expected: 'the state of levels, not of bars',
  });
  expect(corrupt(() => new StateReader(bytes).section('bars', 3)).details.expected).toBe('version 3, not 2');
  expect(corrupt(() => new StateReader(Uint8Array.of(1, 2, 3, 4))).code).toBe('CorruptState');
});

test('no cut and no addition goes unnoticed', () => {
  const counter = (n: number): Stateful & { n: number; name: string } => ({
    n,
    name: '',
    save(out) {
      out.section('counter', 1);
      out.signed(BigInt(this.n));
      out.text('äöü');
      out.doubles([1, 2, 3]);
    },
    restore(from) {
      from.section('counter', 1);
      this.n = Number(from.signed());
      this.name = from.text();
      from.doubles(3);
    },
  });
  const bytes = saveState(counter(-12_345));
  expect(restoreState(counter(0), bytes)).toMatchObject({ n: -12_345, name: 'äöü' });
  for (let length = 0; length < bytes.length; length++)
    expect(corrupt(() => restoreState(counter(0), bytes.slice(0, length))).code).toBe('CorruptState');
  expect(corrupt(() => restoreState(counter(0), Uint8Array.from([...bytes, 0]))).details.expected).toBe(
    'the end',
  );
});

test('a state that lies in the memory of a Buffer among others is read as any', () => {
  const out = new StateWriter();
  out.doubles([1.5, -2]);
  out.text('end');
  const saved = Buffer.concat([Buffer.from('abc'), out.finish(), Buffer.from('de')]);
  const from = new StateReader(saved.subarray(3, saved.length - 2));
  expect([...from.doubles()]).toEqual([1.5, -2]);
  expect(from.text()).toBe('end');
  from.end();
});
