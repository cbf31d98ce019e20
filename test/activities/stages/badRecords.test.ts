/** Real order messages, some of them damaged: each is used or set aside with its reason, and the day goes on. */
import { runStage } from '../../../activities/stages/stages';
import type { StageResult } from '../../../activities/stages/stage';
import { TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import type { Row, TableContract } from '../../../graph/datasets/schema';
import { silverBars } from '../../../graph/bars/barsTable';
import { bronzeDeadLetters } from '../../../graph/records/deadLettersTable';
import { Action, Flag, type MboBatch } from '../../../graph/records/mbo';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { dataPath, describeWithData } from '../../support/data';
import { temporaryFiles } from '../../support/dbnFiles';
import { temporaryFolder } from '../../support/lake';
import { rewritten } from '../../support/rewrittenFile';

const FILES = ['20231224', '20231225'].map((day) => dataPath(`esh4-glbx-mdp3-${day}.mbo.dbn.zst`));
const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
const features = featureSettings.parse({});
const NEVER = 2n ** 64n - 1n;
const DAY = 86_400_000_000_000n;
const write = temporaryFiles();

interface BuiltEvening {
  bronze: StageResult;
  /** Undefined where Bronze was blocked. */
  silver?: StageResult;
  rows: (table: TableContract) => Promise<Row[]>;
}

/** Bronze and Silver of the evening; `alter` damages the records of its second file. */
async function build(
  alter: (batch: MboBatch, i: number, n: number) => void,
  { withFirstFile = true } = {},
): Promise<BuiltEvening> {
  const folder = temporaryFolder();
  const lake = await Lake.open(folder, TABLES);
  if (withFirstFile) await lake.raw.import(FILES[0]);
  await lake.raw.import(write(`${folder.replaceAll('/', '-')}.dbn`, await rewritten(FILES[1], alter)));
  const stage = (layer: 'bronze' | 'silver') =>
    runStage(
      {
        layer,
        scope: contractDate(partition.contract, partition.trade_date),
        fence: 1,
        run: { workflowId: 'test', runId: 'run' },
      },
      { progress: () => undefined, signal: new AbortController().signal },
      { lake: folder, features },
    );
  const bronze = await stage('bronze');
  return {
    bronze,
    ...(bronze.status === 'published' && { silver: await stage('silver') }),
    rows: (table) => lake.table(table).readRows({ partition }),
  };
}

const reasonsIn = async ({ rows }: BuiltEvening) => {
  const counts: Record<string, number> = {};
  for (const { reason } of await rows(bronzeDeadLetters))
    counts[reason as string] = (counts[reason as string] ?? 0) + 1;
  return counts;
};
const checkOf = ({ checks }: StageResult, name: string) => checks.find(({ check }) => check === name);

describeWithData('the real evening', () => {
  let whole: BuiltEvening;

  beforeAll(async () => {
    whole = await build(() => undefined);
  });

  it('has no dead letter: orders far from the market, long events and late packets are real', async () => {
    expect(await reasonsIn(whole)).toEqual({});
    expect(checkOf(whole.bronze, 'record_count')).toMatchObject({ passed: true, value: 0 });
    expect(checkOf(whole.bronze, 'record_count')?.message).toBe(
      '77517 records used + 0 dead letters + 0 of other instruments + 0 of other days = 77517; the files hold 77517',
    );
    expect(checkOf(whole.silver!, 'event_ends')).toMatchObject({ passed: true, value: 0 });
  });

  it('gives the same bars if no record bears F_LAST, and says so', async () => {
    const unmarked = await build((batch, i) => {
      batch.flags[i] &= ~Flag.Last;
    });
    expect(unmarked.silver?.status).toBe('published');
    expect(checkOf(unmarked.silver!, 'event_ends')).toMatchObject({
      passed: false,
      severity: 'warning',
      value: 1,
    });
    const bars = await whole.rows(silverBars);
    expect(bars.length).toBeGreaterThan(1000);
    expect(await unmarked.rows(silverBars)).toEqual(bars);
  });

  it('loses no day to single records that are undefined or absurd, and no record without a word', async () => {
    // One of each kind among the new orders of the trading hour: a lost cancel would leave an order behind that crosses the book.
    const damage: Record<string, (batch: MboBatch, i: number) => void> = {
      ts_recv_undefined: ({ tsRecv }, i) => (tsRecv[i] = NEVER),
      ts_event_ahead: ({ tsEvent }, i) => (tsEvent[i] += DAY),
      ts_event_behind: ({ tsEvent }, i) => (tsEvent[i] = 0n),
      price_implausible: ({ price }, i) => (price[i] = 9_223_372_036_750_000_000n),
      size_implausible: ({ size }, i) => (size[i] = 2 ** 32 - 1),
    };
    const kinds = Object.keys(damage);
    let done = 0;
    const damaged = await build((batch, i, n) => {
      if (n < 20_000 + 8000 * done || batch.action[i] !== Action.Add || done === kinds.length) return;
      damage[kinds[done++]](batch, i);
    });
    const reasons = await reasonsIn(damaged);
    expect(reasons).toEqual(Object.fromEntries(kinds.map((reason) => [reason, 1])));
    expect(damaged.silver?.status).toBe('published');
    expect(damaged.bronze.rows['bronze.mbo']).toBe(77_517 - 5);
    expect(checkOf(damaged.bronze, 'record_count')).toMatchObject({ passed: true });
    const bars = await damaged.rows(silverBars);
    const expected = await whole.rows(silverBars);
    expect(bars.map(({ bar_start_utc }) => bar_start_utc)).toEqual(
      expected.map(({ bar_start_utc }) => bar_start_utc),
    );
    const close = (rows: Row[]) => rows.at(-1)!;
    for (const column of ['bid', 'ask', 'close'])
      expect(close(bars)[column]).toEqual(close(expected)[column]);
  });

  it('is blocked where many records do not say when they were captured, each of them set aside', async () => {
    let altered = 0;
    const { bronze, rows } = await build((batch, i, n) => {
      if (n < 10_000 || n % 30 > 0) return;
      altered++;
      batch.tsRecv[i] = NEVER;
    });
    expect(bronze.status).toBe('blocked');
    expect(checkOf(bronze, 'dead_letter_share')).toMatchObject({ passed: false });
    expect(checkOf(bronze, 'record_count')).toMatchObject({ passed: true });
    const letters = await rows(bronzeDeadLetters);
    expect(letters).toHaveLength(altered);
    expect(new Set(letters.map(({ reason, ts_recv }) => `${reason as string} ${ts_recv as null}`))).toEqual(
      new Set(['ts_recv_undefined null']),
    );
  });

  it('knows no age of orders whose snapshot does not tell it', async () => {
    const undate = (batch: MboBatch, i: number) => {
      if ((batch.flags[i] & Flag.Snapshot) !== 0) batch.tsEvent[i] = i % 2 === 0 ? 0n : NEVER;
    };
    // The first file has the same orders in a snapshot that tells.
    const undated = await build(undate, { withFirstFile: false });
    expect(undated.silver?.status).toBe('published');
    const ages = (await undated.rows(silverBars)).flatMap((row) => [row.wall_bid_age, row.big_ask_age]);
    const known = ages.filter((age) => age !== null) as number[];
    expect(known.length).toBeLessThan(ages.length);
    // What was placed during the evening has an age of hours.
    for (const age of known) expect(age).toBeLessThan(7200);
    for (const age of known) expect(age).toBeGreaterThanOrEqual(0);
  });

  it('gives no bars of a snapshot alone, which is no pass', async () => {
    const { silver } = await build((batch, i) => {
      // All but the snapshot becomes another instrument's.
      if ((batch.flags[i] & Flag.Snapshot) === 0) batch.instrumentId[i] = 4;
      if (batch.action[i] === Action.Trade) batch.instrumentId[i] = 4;
    });
    expect(silver).toMatchObject({ status: 'blocked', reason: expect.stringContaining('0 bars') as string });
  });
});
