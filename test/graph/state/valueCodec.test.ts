import { restoreState, saveState } from '../../../graph/state/blob';
import { StateReader, StateWriter } from '../../../graph/state/codec';
import {
  boolean,
  listOf,
  mapOf,
  nullable,
  number,
  oneOf,
  record,
  text,
  type ValueCodec,
} from '../../../graph/state/valueCodec';

interface Position {
  readonly side: 'long' | 'short';
  readonly price: number | null;
  readonly open: boolean;
  fills: number[];
  notes: Map<string, string>;
}

const codec: ValueCodec<Position[]> = listOf(
  record<Position>({
    side: oneOf(['long', 'short'] as const),
    price: nullable(number),
    open: boolean,
    fills: listOf(number),
    notes: mapOf(text),
  }),
);

/** What comes back of a value. */
function reread<Value>(of: ValueCodec<Value>, value: Value): Value {
  let read: Value | undefined;
  restoreState({ save: () => undefined, restore: (from) => void (read = of.read(from)) }, saved(of, value));
  return read as Value;
}

const saved = <Value>(of: ValueCodec<Value>, value: Value) =>
  saveState({ save: (out: StateWriter) => of.write(out, value), restore: () => undefined });

describe('values', () => {
  it('come back as they were, to the last bit and in their order', () => {
    const positions: Position[] = [
      {
        side: 'short',
        price: null,
        open: true,
        fills: [NaN, -0, Infinity, 0.1],
        notes: new Map([
          ['b', 'ä'],
          ['a', ''],
        ]),
      },
      { side: 'long', price: -Infinity, open: false, fills: [], notes: new Map() },
    ];
    const read = reread(codec, positions);
    expect(read).toEqual(positions);
    expect(Object.is(read[0].fills[1], -0)).toBe(true);
    expect([...read[0].notes.keys()]).toEqual(['b', 'a']);
  });

  it('are refused where the bytes name none of those there are', () => {
    const bytes = saved(oneOf([1, 2, 3]), 3);
    expect(() => oneOf([1, 2]).read(new StateReader(bytes))).toThrow(
      expect.objectContaining({ code: 'CorruptState' }) as Error,
    );
  });
});
