/** Batch pushes a contract-date in one piece, the stream in pieces of any size with stops between: same rows, bit for bit. */
import fc from 'fast-check';
import { silverBars } from '../../../graph/bars/barsTable';
import { silverVacuum } from '../../../graph/bars/vacuum/vacuumTable';
import type { TableBatch } from '../../../graph/datasets/schema';
import { MboBatch } from '../../../graph/records/mbo';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { silverLevels } from '../../../graph/levels/levelsTable';
import { silverOptionExposure, silverOptionFlow } from '../../../graph/options/optionTables';
import { featureSettings } from '../../../graph/settings';
import { appendMbo } from '../../../lake/parquet/mbo';
import { readDbn } from '../../../lake/raw/dbnFile';
import { OpenedSession } from '../../support/openedSession';
import { dataPath, describeWithData } from '../../support/data';

const inputs = {
  contract: 'ESH4',
  tradeDate: '2023-12-26',
  settings: featureSettings.parse({
    levels: { userPrices: { ES: [4803, 4807, 4810] } },
    episodes: { sessionWindow: 'all-hours', approachTicks: 8, rearmTicks: 10, barrierTicks: 8 },
  }),
};

/** Rows of several takes as one list per column. */
class Collected {
  private readonly columns: Record<string, unknown[]> = {};
  rows = 0;

  add({ columns, rowCount }: TableBatch): void {
    this.rows += rowCount;
    for (const [name, data] of Object.entries(columns))
      (this.columns[name] ??= []).push(...Array.from(data as ArrayLike<unknown>).slice(0, rowCount));
  }

  /** Bit patterns of numbers, so that -0 and the last digit count; every NaN is the same null. */
  bits(): Record<string, string[]> {
    const view = new DataView(new ArrayBuffer(8));
    const bit = (value: unknown) => {
      if (typeof value !== 'number' || Number.isNaN(value)) return String(value);
      view.setFloat64(0, value);
      return view.getBigUint64(0).toString(16);
    };
    return Object.fromEntries(Object.entries(this.columns).map(([name, values]) => [name, values.map(bit)]));
  }
}

const TABLES = {
  bars: silverBars,
  levels: silverLevels,
  vacuum: silverVacuum,
  optionFlow: silverOptionFlow,
  optionExposure: silverOptionExposure,
  episodes: goldEpisodes,
  outcomes: goldOutcomes,
};

class Run {
  readonly tables = {
    bars: new Collected(),
    levels: new Collected(),
    vacuum: new Collected(),
    optionFlow: new Collected(),
    optionExposure: new Collected(),
    episodes: new Collected(),
    outcomes: new Collected(),
  };
  private readonly session = new OpenedSession(inputs);

  push(batch: MboBatch, from: number, to: number): void {
    this.session.records(batch, from, to);
  }

  take(): void {
    for (const [name, contract] of Object.entries(TABLES))
      this.tables[name as keyof typeof TABLES].add(this.session.take(contract));
  }

  /** Stops, and goes on from what was saved, as a worker does that was replaced. */
  stopAndRestore(): void {
    this.session.restart();
  }

  finish() {
    this.session.finish();
    this.take();
    return Object.fromEntries(Object.entries(this.tables).map(([name, table]) => [name, table.bits()]));
  }
}

describeWithData('the session graph over the ES evening of 2023-12-25', () => {
  const all = new MboBatch(80_000);
  beforeAll(async () => {
    for (const day of ['20231224', '20231225'])
      await readDbn(dataPath(`esh4-glbx-mdp3-${day}.mbo.dbn.zst`), {
        mbo: (batch) => appendMbo(all, batch, 0, batch.length),
      });
  });

  const batchRun = () => {
    const run = new Run();
    run.push(all, 0, all.length);
    return run;
  };

  it('finds levels, episodes and outcomes there', () => {
    const run = batchRun();
    run.finish();
    const { bars, levels, vacuum, optionFlow, episodes, outcomes } = run.tables;
    expect(vacuum.rows).toBeGreaterThan(700);
    expect(optionFlow.rows).toBe(bars.rows);
    expect(bars.rows).toBeGreaterThan(700);
    expect(levels.rows).toBeGreaterThan(3);
    expect(episodes.rows).toBeGreaterThan(2);
    expect(outcomes.rows).toBe(3 * episodes.rows);
  });

  it('gives the same rows, bit for bit, in pieces of any size and after any number of restarts', () => {
    const expected = batchRun().finish();
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            size: fc.oneof(fc.constant(1), fc.integer({ min: 300, max: 20_000 })),
            restart: fc.boolean(),
          }),
          {
            minLength: 3,
            maxLength: 8,
          },
        ),
        (pieces) => {
          const run = new Run();
          let at = 0;
          for (let k = 0; at < all.length; k++) {
            const { size, restart } = pieces[k % pieces.length];
            const to = Math.min(at + size, all.length);
            run.push(all, at, to);
            at = to;
            if (restart && k < 6) run.stopAndRestore();
          }
          expect(run.finish()).toEqual(expected);
        },
      ),
      { numRuns: 4, seed: 20231225, endOnFailure: true },
    );
  });

  it('knows at any time no more than what had happened: truncated input changes nothing before its end', () => {
    const whole = new Run();
    whole.push(all, 0, all.length);
    whole.take();
    const { bars, levels, vacuum, optionFlow, episodes } = whole.tables;
    for (const cut of [9_000, 30_000, 60_001]) {
      const part = new Run();
      part.push(all, 0, cut);
      part.take();
      for (const [table, of] of [
        [bars, part.tables.bars],
        [levels, part.tables.levels],
        [vacuum, part.tables.vacuum],
        [optionFlow, part.tables.optionFlow],
        [episodes, part.tables.episodes],
      ] as const) {
        const before = of.bits();
        const after = table.bits();
        for (const name of Object.keys(before)) expect(before[name]).toEqual(after[name].slice(0, of.rows));
      }
    }
  });
});
