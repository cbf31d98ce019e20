/** The verifications over a simulated day in a real lake: they agree, and they notice what is made to be wrong. */
import { join } from 'node:path';
import { verifyAsOf } from '../../../activities/verify/asOf';
import { verifyLabels } from '../../../activities/verify/labels';
import { verifyParity } from '../../../activities/verify/parity';
import type { OpenSession, Verdict } from '../../../activities/verify/session';
import { GatheredTables } from '../../../graph/datasets/gather';
import type { TableBatch, TableContract } from '../../../graph/datasets/schema';
import { silverBars } from '../../../graph/bars/barsTable';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { EpisodeTracker } from '../../../graph/episodes/episodeTracker';
import { silverOptionFlow } from '../../../graph/options/optionTables';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import type { SessionInputs } from '../../../graph/session/inputs';
import { rowsIn, type SessionEvent } from '../../../graph/session/operators';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { featureSettings } from '../../../graph/settings';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
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
  const delta = (await Lake.open(settings.lake, TABLES)).table(table);
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
});

/** All operators of a session. */
class WholeSession extends SessionGraph {
  constructor(inputs: SessionInputs) {
    super(inputs, DATASET_GRAPH.computations);
  }
}

describe('as-of', () => {
  const verify = async (cuts: number, open?: OpenSession) =>
    verifyAsOf(
      await Lake.open(settings.lake, TABLES),
      settings.features,
      { ...target, cuts, seed: 4 },
      QUIETLY,
      DATASET_GRAPH,
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
    class LooksAhead extends WholeSession {
      private readonly rows = new GatheredTables();

      override take(): SessionEvent[] {
        this.rows.add(rowsIn(super.take()));
        return [];
      }

      override end(): SessionEvent[] {
        this.rows.add(rowsIn(super.end()));
        const tables = [...this.rows.build().values()];
        for (const { contract, columns, rowCount } of tables) {
          const mid = columns.mid as Float64Array;
          if (contract === silverBars)
            for (let i = 0; i < rowCount; i++) mid[i] = mid[Math.min(i + 10, rowCount - 1)];
        }
        return tables.map((batch) => ({ kind: 'rows', batch }));
      }
    }
    const verdict = await verify(1, (inputs) => new LooksAhead(inputs));
    expect(differing(verdict)).toEqual([silverBars.name]);
    const { differences, first } = comparisonOf(verdict, silverBars);
    expect(first?.column).toBe('mid');
    expect(differences).toBeLessThanOrEqual(10);
  });

  it('catches an operator that keeps something back', async () => {
    const withoutEpisodes = (event: SessionEvent): SessionEvent =>
      event.kind === 'rows' && event.batch.contract === goldEpisodes
        ? { kind: 'rows', batch: { ...event.batch, rowCount: 0 } }
        : event;
    class KeepsBack extends WholeSession {
      override take(): SessionEvent[] {
        return super.take().map(withoutEpisodes);
      }

      override end(): SessionEvent[] {
        return super.end().map(withoutEpisodes);
      }
    }
    let opened = 0;
    const verdict = await verify(1, (inputs) =>
      opened++ === 0 ? new WholeSession(inputs) : new KeepsBack(inputs),
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
    const { restore } = EpisodeTracker.prototype;
    const spy = jest.spyOn(EpisodeTracker.prototype, 'restore').mockImplementation(function (
      this: EpisodeTracker,
      from,
    ) {
      // What was saved goes to another tracker: this one begins anew.
      restore.call(new EpisodeTracker(this['options']), from);
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
