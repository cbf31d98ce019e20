/** Vectors over a real hour of ES: the stream in pieces of any size with stops between gives what the batch gives. */
import fc from 'fast-check';
import type { Row } from '../../../graph/datasets/schema';
import { MboBatch } from '../../../graph/records/mbo';
import { featureSettings } from '../../../graph/settings';
import { FEATURES, GROUP_RANGES } from '../../../graph/vectors/features';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { appendMbo } from '../../../lake/parquet/mbo';
import { readDbn } from '../../../lake/raw/dbnFile';
import { dataPath, describeWithData } from '../../support/data';
import { OpenedSession } from '../../support/openedSession';
import { rowsOf } from '../../support/tables';
import { bitsOf, rawOf } from './simulatedSessions';

const inputs = {
  contract: 'ESH4',
  tradeDate: '2023-12-26',
  settings: featureSettings.parse({
    levels: { kinds: [], userPrices: { ES: Array.from({ length: 16 }, (_, k) => 4800.5 + 0.75 * k) } },
    episodes: { sessionWindow: 'all-hours', approachTicks: 3, rearmTicks: 4, touchTicks: 1, barrierTicks: 4 },
  }),
};

/** A live worker: Silver and Gold side by side, replaced now and then by what was saved of them. */
class Worker {
  readonly vectors: Row[] = [];
  private readonly session = new OpenedSession(inputs);

  push(batch: MboBatch, from: number, to: number): void {
    this.session.records(batch, from, to);
    this.take();
  }

  restart(): void {
    this.session.restart();
  }

  finish(): Row[] {
    this.session.finish();
    this.take();
    return this.vectors;
  }

  private take(): void {
    this.vectors.push(...rowsOf(this.session.take(goldVectors)));
  }
}

describeWithData('vectors over the ES evening of 2023-12-25', () => {
  const all = new MboBatch(80_000);
  let whole: Row[];

  beforeAll(async () => {
    for (const day of ['20231224', '20231225'])
      await readDbn(dataPath(`esh4-glbx-mdp3-${day}.mbo.dbn.zst`), {
        mbo: (batch) => appendMbo(all, batch, 0, batch.length),
      });
    const worker = new Worker();
    worker.push(all, 0, all.length);
    whole = worker.finish();
  });

  it('are finite in geometry and book, and masked in options, of which there is nothing', () => {
    expect(whole.length).toBeGreaterThan(20);
    // Nothing is known of the day before, of a pre-market and opening that come later; averages are switched off.
    const unknown = /^(pm|or|pd)_|sma_90|ema_20/;
    // Nor of the surroundings of levels, and how they change from minute to minute, before trading has gone on for two.
    const settled = BigInt(Date.parse('2023-12-25T23:02:05Z')) * 1_000_000n;
    for (const row of whole) {
      expect(row).toMatchObject({ has_geometry: 1, has_book: 1, has_options: 0 });
      if ((row.touch_ts as bigint) < settled) continue;
      const { end } = GROUP_RANGES.book;
      const names = FEATURES.slice(0, end)
        .filter(({ index, name }) => !Number.isFinite(rawOf(row)[index]) && !unknown.test(name))
        .map(({ name }) => name);
      expect(names).toEqual([]);
    }
  });

  it('vary in every dimension of the book', () => {
    const { start, end } = GROUP_RANGES.book;
    const constant = FEATURES.slice(start, end).filter(
      ({ index }) => new Set(whole.map((row) => rawOf(row)[index])).size < 3,
    );
    expect(constant.map(({ name }) => name)).toEqual([]);
  });

  it('are the same bits from a stream, in pieces of any size and after any number of restarts', () => {
    const expected = whole.map(bitsOf);
    const pieces = fc.array(
      fc.record({ size: fc.noBias(fc.integer({ min: 100, max: 20_000 })), restart: fc.boolean() }),
      { minLength: 3, maxLength: 10 },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const worker = new Worker();
        for (let at = 0, k = 0; at < all.length; k++) {
          const { size, restart } = list[k % list.length];
          const to = Math.min(at + size, all.length);
          worker.push(all, at, to);
          at = to;
          if (restart) worker.restart();
        }
        expect(worker.finish().map(bitsOf)).toEqual(expected);
      }),
      { numRuns: 5, seed: 20231225 },
    );
  });
});
