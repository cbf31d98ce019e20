import fc from 'fast-check';
import { silverBars } from '../../../graph/bars/barsTable';
import { batchOf, record } from '../book/records';
import { differences, Driver, options, sessionName } from './drive';
import { commands, recordsOf, START } from './market';
import { TwinBars } from './twin';

describe('bars against their twin', () => {
  it('agree in every column on any stream', () => {
    fc.assert(
      fc.property(commands(240), (run) => {
        const records = recordsOf(run);
        if (records.length === 0) return;
        const end =
          Number(records.reduce((t, { tsEvent }) => (tsEvent > t ? tsEvent : t), START) - START) + 7e9;
        const twin = new TwinBars({ barNanos: 5e9, sessionAt: sessionName });
        for (const record of records) twin.push(record);
        const expected = twin.finish(end);
        const got = new Driver(options).feed(batchOf(records)).finish(end);
        expect(got.length).toBe(expected.length);
        expect(
          got.flatMap((row, k) => differences(row, expected[k]).map((text) => `bar ${k} ${text}`)),
        ).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('are compared on streams that move every column', () => {
    const seen = new Map<string, Set<unknown>>();
    for (const run of fc.sample(commands(240), { seed: 1, numRuns: 200 })) {
      const rows = new Driver(options).feed(batchOf(recordsOf(run))).finish(200e9);
      for (const row of rows)
        for (const [name, value] of Object.entries(row))
          seen.set(name, (seen.get(name) ?? new Set()).add(value));
    }
    expect([...seen].filter(([, values]) => values.size < 3).map(([name]) => name)).toEqual([]);
  });

  it('cover every column of the contract', () => {
    const twin = new TwinBars({ barNanos: 5e9, sessionAt: sessionName });
    const stored = silverBars.columns
      .map(({ name }) => name)
      .filter((name) => !silverBars.partitionBy.includes(name));
    twin.push(record({ action: 'N', side: 'N', tsEvent: START }));
    expect(Object.keys(twin.finish(1)[0]).sort()).toEqual([...stored].sort());
  });
});
