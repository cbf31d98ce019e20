/** Arbitrary record streams: a few ids and prices meeting often, every action, flag and oddity the format allows. */
import fc from 'fast-check';
import { LAST, MAYBE_BAD_BOOK, MBP, type MboRecord, record, SNAPSHOT, TOP_OF_BOOK } from './records';
import type { TwinBook } from './twin';

export const TICK = 250_000_000n;
/** 2023-12-25T00:00:00Z. */
export const START = 1_703_462_400_000_000_000n;

const often = <T>(weight: number, ...values: T[]) => ({ weight, arbitrary: fc.constantFrom(...values) });

/** Ids that differ in the low word only, in the high word only, and in neither half alone. */
const ids = fc.oneof(
  often(20, ...Array.from({ length: 10 }, (_, k) => 6_412_777_162_812n + BigInt(k))),
  often(3, 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 33n, 0n),
  often(1, 2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 2n ** 53n + 1n),
);

const prices = fc.oneof(
  often(30, ...Array.from({ length: 8 }, (_, k) => (19_200n + BigInt(k)) * TICK)),
  often(8, ...Array.from({ length: 40 }, (_, k) => (17_000n + 100n * BigInt(k)) * TICK)),
  often(3, 0n, -TICK, -3n * TICK, TICK, 2n ** 50n - 1n, -(2n ** 50n), 1n, -1n),
  often(3, 4_800_300_000_001n, 4_800_300_000_002n, 19_201n * TICK + 1n, 19_201n * TICK - 1n),
  // On a tick far beyond what a double counts in nanos, off it there, and beyond what a double counts in ticks.
  often(2, 2n ** 60n - (2n ** 60n % TICK), 2n ** 50n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 2n),
  often(1, 2n ** 63n - 1n),
);

const sizes = fc.oneof(often(30, 1, 2, 3, 4, 5), often(2, 0), often(1, 2 ** 32 - 1, 2 ** 31));
const sides = fc.oneof(often(30, 'B', 'A'), often(2, 'N'), often(1, '?'));
const actions = fc.oneof(often(30, 'A', 'C', 'M'), often(6, 'T', 'F', 'N'), often(1, 'R', 'X'));
const oddFlags = fc.oneof(often(60, 0), often(2, MAYBE_BAD_BOOK, TOP_OF_BOOK, MBP, SNAPSHOT));

/** A record's clock: mostly forward, sometimes standing, sometimes back. */
const steps = fc.oneof(often(10, 1_000n, 1_000_000n), often(3, 0n), often(1, -5_000n));

interface LiveStep {
  type: 'record';
  fields: Partial<MboRecord>;
  step: bigint;
  sequenceStep: number;
}

/** The venue's snapshot of the book as the twin holds it, altered here and there. */
interface SnapshotStep {
  type: 'snapshot';
  withClear: boolean;
  withLast: boolean;
  /** Per order, cyclically. */
  alterations: ('keep' | 'drop' | 'resize' | 'reprice' | 'swap' | 'undate')[];
  extra: Partial<MboRecord>[];
}

export type Step = LiveStep | SnapshotStep;

const order = { side: sides, id: ids, price: prices, size: sizes };

const liveStep: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('record' as const),
  fields: fc
    .record({ action: actions, ...order, last: fc.boolean(), odd: oddFlags })
    .map(({ last, odd, ...fields }) => ({ ...fields, flags: (last ? LAST : 0) | odd })),
  step: steps,
  sequenceStep: fc.oneof(often(20, 0, 1, 2), often(1, -1)),
});

const snapshotStep: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('snapshot' as const),
  withClear: fc.boolean(),
  withLast: fc.boolean(),
  alterations: fc.array(
    fc.constantFrom('keep', 'keep', 'keep', 'drop', 'resize', 'reprice', 'swap', 'undate'),
    {
      minLength: 1,
      maxLength: 7,
    },
  ),
  extra: fc.array(fc.record(order), { maxLength: 2 }),
});

export const streams = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof({ weight: 40, arbitrary: liveStep }, { weight: 1, arbitrary: snapshotStep }), {
    maxLength,
    size: 'max',
  });

/** Turns steps into records; snapshots are of what the twin holds at that moment. */
export class Clock {
  private now = START;
  private sequence = 100;

  *records(steps: Iterable<Step>, twin: TwinBook): Generator<MboRecord> {
    for (const step of steps)
      if (step.type === 'record') {
        this.now += step.step;
        this.sequence += step.sequenceStep;
        yield record({
          ...step.fields,
          tsEvent: this.now,
          tsRecv: this.now + 100_000n,
          sequence: this.sequence,
        });
      } else yield* this.snapshot(step, twin);
  }

  private snapshot(step: SnapshotStep, twin: TwinBook): MboRecord[] {
    this.now += 1_000_000n;
    const common = { flags: SNAPSHOT, tsRecv: this.now, sequence: 7 };
    const resting = (['B', 'A'] as const).flatMap((side) =>
      twin.orders.prices(side).flatMap((price) => twin.orders.sides[side].get(price)!.queue),
    );
    const rows: MboRecord[] = [];
    if (step.withClear)
      rows.push(record({ ...common, action: 'R', side: 'N', price: 2n ** 63n - 1n, tsEvent: this.now }));
    resting.forEach(({ id, side, price, size, pricedAt }, k) => {
      const alteration = step.alterations[k % step.alterations.length];
      if (alteration === 'drop') return;
      const undated = pricedAt === null || alteration === 'undate';
      const tsEvent = undated ? (k % 2 === 0 ? 0n : 2n ** 64n - 1n) : pricedAt;
      const row = record({ ...common, id, side, price, size, tsEvent });
      if (alteration === 'resize') row.size = size === 1 ? 2 : size - 1;
      if (alteration === 'reprice') row.price -= TICK;
      if (alteration === 'swap' && rows.length > 0) rows.splice(-1, 0, row);
      else rows.push(row);
    });
    for (const fields of step.extra) rows.push(record({ ...common, ...fields, tsEvent: this.now - 60_000n }));
    if (step.withLast && rows.length > 0) rows[rows.length - 1].flags |= LAST;
    return rows;
  }
}
