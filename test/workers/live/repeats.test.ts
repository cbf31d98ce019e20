import fc from 'fast-check';
import { MboBatch } from '../../../graph/records/mbo';
import { restoreState, saveState } from '../../../graph/state/blob';
import { Repeats } from '../../../workers/live/repeats';

const END = 10_000n;

/** Capture times, as they come: many records at one time. */
const times = fc
  .array(fc.nat(2), { minLength: 1, maxLength: 60 })
  .map((steps) => steps.reduce<bigint[]>((all, step) => [...all, (all.at(-1) ?? 100n) + BigInt(step)], []));

function batchOf(tsRecv: readonly bigint[]): MboBatch {
  const batch = new MboBatch(Math.max(tsRecv.length, 1));
  batch.tsRecv.set(tsRecv);
  batch.length = tsRecv.length;
  return batch;
}

test('however often a feed begins anew, and wherever, each record is taken once', () => {
  fc.assert(
    fc.property(
      times,
      fc.array(fc.tuple(fc.nat(59), fc.nat(59)), { maxLength: 4 }),
      fc.nat(7),
      (all, runs, size) => {
        let repeats = new Repeats(END);
        const taken: bigint[] = [];
        const send = (from: number, to: number) => {
          repeats.beginRun();
          for (let at = from; at < to; at += size + 1) {
            const batch = batchOf(all.slice(at, Math.min(at + size + 1, to)));
            const seen = repeats.countIn(batch);
            repeats.note(batch, seen);
            taken.push(...batch.tsRecv.subarray(seen, batch.length));
            repeats = restoreState(new Repeats(END), saveState(repeats));
          }
        };
        for (const [from, to] of runs) {
          // A run begins no later than the one before it ended, and before the first record of that time.
          const begin = all.indexOf(all[Math.min(from, taken.length, all.length - 1)]);
          if (begin <= taken.length) send(begin, Math.min(to, all.length));
        }
        send(0, all.length);
        expect(taken).toEqual(all);
      },
    ),
  );
});

test('what was captured when the session was over is none of it: a run of an earlier date that comes after it is new', () => {
  const repeats = new Repeats(END);
  repeats.note(batchOf([END, END + 1n]), 0);
  repeats.beginRun();
  const earlier = batchOf([7n, 8n]);
  expect(repeats.countIn(earlier)).toBe(0);
  repeats.note(earlier, 0);
  repeats.note(batchOf([END + 2n]), 0);
  repeats.beginRun();
  expect(repeats.countIn(batchOf([7n, 8n, 9n]))).toBe(2);
});
