/** The verifications over a simulated day in a real lake: they agree, and they notice what is made to be wrong. */
import { join } from 'node:path';
import { verifyAsOf } from '../../../activities/verify/asOf';
import { verifyLabels } from '../../../activities/verify/labels';
import { verifyParity } from '../../../activities/verify/parity';
import { Gathered, type OpenSession, type Verdict } from '../../../activities/verify/session';
import type { TableBatch, TableContract } from '../../../graph/datasets/schema';
import { silverBars } from '../../../graph/bars/barsTable';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { silverOptionFlow } from '../../../graph/options/optionTables';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { SessionStream } from '../../../graph/session/sessionStream';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { commitOptions, temporaryFolder } from '../../support/lake';
import { buildDate, QUIETLY, simulateLake } from '../../support/simulatedLake';

const CONTRACT = 'ESH4';
const [EVE, DATE] = ['2024-03-05', '2024-03-06'];
const partition = { contract: CONTRACT, trade_date: DATE };
const target = { symbol: 'ES', contract: CONTRACT, tradeDate: DATE };
const folder = temporaryFolder();
const settings = {
  lake: join(folder, 'lake'),
  // Long bars: a day is computed quickly.
  features: featureSettings.parse({ bars: { seconds: 30 }, episodes: { sessionWindow: 'all-hours' } }),
};

const differing = ({ comparisons }: Verdict) =>
  comparisons.filter(({ differences }) => differences > 0).map(({ dataset }) => dataset);
const comparisonOf = ({ comparisons }: Verdict, { name }: TableContract) =>
  comparisons.find(({ dataset }) => dataset === name)!;

/** Runs work while one table of the date holds other rows than were built. */
async function tampered<T>(
  table: TableContract,
  change: (batch: TableBatch) => void,
  work: () => Promise<T>,
): Promise<T> {
  const delta = (await Lake.open(settings.lake)).table(table);
  const read = async () => {
    const batches: TableBatch[] = [];
    for await (const batch of delta.readPartition(partition)) batches.push(batch);
    return batches;
  };
  const built = await read();
  const wrong = await read();
  change(wrong[0]);
  await delta.overwritePartition(partition, wrong, commitOptions());
  try {
    return await work();
  } finally {
    await delta.overwritePartition(partition, built, commitOptions());
  }
}

beforeAll(async () => {
  await simulateLake(join(folder, 'raw'), settings.lake, { from: EVE, days: 2, events: 20_000, seed: 7 });
  for (const date of [EVE, DATE]) await buildDate(settings, CONTRACT, date);
}, 60_000);

describe('as-of', () => {
  const verify = async (cuts: number, open?: OpenSession) =>
    verifyAsOf(
      await Lake.open(settings.lake),
      settings.features,
      { ...target, cuts, seed: 4 },
      QUIETLY,
      open,
    );

  it('finds that nothing known before a cut depends on what came after it', async () => {
    const verdict = await verify(2);
    expect(differing(verdict)).toEqual([]);
    expect(verdict.cuts).toHaveLength(2);
    for (const table of [silverBars, silverOptionFlow, goldEpisodes, goldOutcomes, goldVectors])
      expect(comparisonOf(verdict, table).rows).toBeGreaterThan(3);
  });

  it('catches an operator that looks ahead', async () => {
    /** Centres its mids: each is the one of ten bars later, or the last there is. */
    class LooksAhead extends SessionStream {
      private readonly rows = new Gathered();
      private ended = false;

      override finish(): void {
        super.finish();
        this.ended = true;
      }

      override take(): TableBatch[] {
        this.rows.add(super.take());
        if (!this.ended) return [];
        const tables = [...this.rows.build().values()];
        for (const { contract, columns, rowCount } of tables) {
          const mid = columns.mid as Float64Array;
          if (contract === silverBars)
            for (let i = 0; i < rowCount; i++) mid[i] = mid[Math.min(i + 10, rowCount - 1)];
        }
        return tables;
      }
    }
    const verdict = await verify(1, (inputs, options) => new LooksAhead(inputs, options));
    expect(differing(verdict)).toEqual([silverBars.name]);
    const { differences, first } = comparisonOf(verdict, silverBars);
    expect(first?.column).toBe('mid');
    expect(differences).toBeLessThanOrEqual(10);
  });

  it('catches an operator that keeps something back', async () => {
    class KeepsBack extends SessionStream {
      override take(): TableBatch[] {
        return super
          .take()
          .map((batch) => (batch.contract === goldEpisodes ? { ...batch, rowCount: 0 } : batch));
      }
    }
    let opened = 0;
    const verdict = await verify(1, (inputs, options) =>
      opened++ === 0 ? new SessionStream(inputs, options) : new KeepsBack(inputs, options),
    );
    expect(differing(verdict)).toEqual([goldEpisodes.name]);
  });
});

describe('parity', () => {
  const verify = () => verifyParity(settings, { ...target, seed: 1 }, QUIETLY);

  it('finds the stream, in pieces and interrupted, to be what the batch has published', async () => {
    const verdict = await verify();
    expect(differing(verdict)).toEqual([]);
    expect(verdict.restarts).toBeGreaterThan(4);
    expect(verdict.pieces).toBeGreaterThan(verdict.restarts);
    for (const { rows } of verdict.comparisons) expect(rows).toBeGreaterThan(3);
    expect(verdict.comparisons).toHaveLength(8);
  });

  it('catches a worker that forgets something when it is replaced', async () => {
    const { restore } = SessionStream;
    const spy = jest.spyOn(SessionStream, 'restore').mockImplementation((saved, inputs, options) => {
      const gold = new SessionStream(inputs, options).save().gold;
      return restore({ ...saved, gold: { ...saved.gold, episodes: gold.episodes } }, inputs, options);
    });
    try {
      expect(differing(await verify())).toContain('gold.episodes');
    } finally {
      spy.mockRestore();
    }
  });

  it('catches published figures that are off by their last digit', async () => {
    const offByOne = ({ columns }: TableBatch) => {
      new BigInt64Array((columns.imbalance_l1 as Float64Array).buffer)[100]++;
    };
    const another = ({ columns }: TableBatch) => {
      (columns.raw as Float32Array[])[2][17] += 0.5;
    };
    const verdict = await tampered(silverBars, offByOne, () => tampered(goldVectors, another, verify));
    expect(differing(verdict)).toEqual([silverBars.name, goldVectors.name]);
    expect(comparisonOf(verdict, silverBars)).toMatchObject({
      differences: 1,
      first: { column: 'imbalance_l1' },
    });
    expect(comparisonOf(verdict, goldVectors)).toMatchObject({
      differences: 1,
      first: { column: 'raw[17]' },
    });
  });

  it('refuses what was built with other settings', async () => {
    const features = featureSettings.parse({ bars: { seconds: 10 } });
    await expect(
      verifyParity({ ...settings, features }, { ...target, seed: 1 }, QUIETLY),
    ).rejects.toMatchObject({ code: 'NoInput', message: expect.stringContaining('stale') as string });
  });
});

describe('labels', () => {
  const verify = () => verifyLabels(settings, target, QUIETLY);

  it('finds every outcome by SQL as the operators found it', async () => {
    const verdict = await verify();
    expect(differing(verdict)).toEqual([]);
    expect(verdict.comparisons.map(({ dataset }) => dataset)).toEqual(
      [4, 8, 30].map((minutes) => `gold.outcomes, ${minutes} min`),
    );
    for (const { rows } of verdict.comparisons) expect(rows).toBeGreaterThan(10);
  });

  it('catches an outcome that was another', async () => {
    const verdict = await tampered(
      goldOutcomes,
      ({ columns }) => {
        const outcomes = columns.outcome as string[];
        const decided = outcomes.findIndex((outcome) => outcome === 'BREAK');
        outcomes[decided] = 'REJECT';
      },
      verify,
    );
    const [first] = verdict.comparisons.flatMap(({ first }) => first ?? []);
    expect(first).toMatchObject({ column: 'outcome', expected: 'BREAK', found: 'REJECT' });
  });

  it('catches a touch that no trade made', async () => {
    const verdict = await tampered(
      goldEpisodes,
      ({ columns }) => {
        (columns.touch_recv_ts as BigInt64Array)[0] += 1n;
      },
      verify,
    );
    for (const { differences, first } of verdict.comparisons)
      expect([differences, first?.column]).toEqual([1, 'touch_ts']);
  });

  it('catches an outcome that is missing', async () => {
    const verdict = await tampered(
      goldOutcomes,
      ({ columns }) => {
        (columns.horizon_minutes as Float64Array)[1] = 5;
      },
      verify,
    );
    expect(differing(verdict)).toHaveLength(1);
    expect(verdict.comparisons.flatMap(({ first }) => first ?? [])).toMatchObject([
      { column: null, expected: 'a row', found: 'none' },
    ]);
  });
});
