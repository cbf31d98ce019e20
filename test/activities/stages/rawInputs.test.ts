/** Bronze from raw files as users have them: other instruments beside the contract, ids that mean something else on another day. */
import { createHash } from 'node:crypto';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill } from '../../../activities/planning/requests';
import { runStage } from '../../../activities/stages/stages';
import type { StageRequest } from '../../../activities/stages/stage';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import {
  encodeMetadata,
  encodeRecord,
  RECORDS,
  RecordView,
  type DbnMetadata,
  type StoredRecord,
} from '../../../graph/dbn';
import { bronzeDeadLetters } from '../../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { someMbo, someMetadata, temporaryFiles } from '../../support/dbnFiles';
import { temporaryFolder } from '../../support/lake';

const write = temporaryFiles();
const features = featureSettings.parse({});
const CONTRACT = 'ESH4';
const DATE = '2023-12-26';
const partition = { contract: CONTRACT, trade_date: DATE };
let fence = 1;

const bytesOf = (records: StoredRecord[], metadata: Partial<DbnMetadata> = {}) =>
  new Uint8Array(
    Buffer.concat([
      encodeMetadata({ ...someMetadata(), ...metadata }),
      ...records.map((record) => encodeRecord(record)),
    ]),
  );

/** A lake of raw files; their names are of no account. */
async function lakeOf(...files: Uint8Array[]): Promise<string> {
  const folder = temporaryFolder();
  const { raw } = await Lake.open(folder, TABLES);
  for (const bytes of files)
    await raw.import(write(`${createHash('sha256').update(bytes).digest('hex')}.dbn`, bytes));
  return folder;
}

const bronze = (lake: string, more: Partial<StageRequest> = {}) =>
  runStage(
    {
      layer: 'bronze',
      scope: contractDate(CONTRACT, DATE),
      fence: fence++,
      run: { workflowId: 'test', runId: 'run' },
      ...more,
    },
    { progress: () => undefined, signal: new AbortController().signal },
    { lake, features },
    DATASET_GRAPH,
  );

const rowsOf = async (lake: string, table: typeof bronzeMbo) =>
  (await Lake.open(lake, TABLES)).table(table).readRows({ partition });

/** As many records as asked for, from a time on, of an instrument id. */
const recordsFrom = (time: string, count = 20, instrumentId = 17077): StoredRecord<'mbo'>[] => {
  const shift = BigInt(Date.parse(time)) * 1_000_000n - someMbo(1)[0].tsRecv;
  return someMbo(count).map((record) => ({
    ...record,
    instrumentId,
    tsEvent: record.tsEvent + shift,
    tsRecv: record.tsRecv + shift,
  }));
};

/** A definition with nothing in it but its name and how long it lives, of a future unless `more` says otherwise. */
function definition(rawSymbol: string, at: string, expires: string, more: object = {}): StoredRecord {
  const bytes = new Uint8Array(520);
  bytes[0] = 130;
  bytes[1] = RECORDS.definition.rtype;
  const record = new RecordView(3).set('definition', bytes, 0).stored();
  const ns = (time: string) => BigInt(Date.parse(time)) * 1_000_000n;
  const [tsRecv, expiration] = [ns(at), ns(expires)];
  const times = { tsEvent: tsRecv, tsRecv, activation: tsRecv - 86_400_000_000_000n, expiration };
  return { ...record, ...times, publisherId: 1, instrumentId: 17077, rawSymbol, ...more } as StoredRecord;
}

const mapping = (rawSymbol: string, startDate: string, endDate: string) => ({
  rawSymbol,
  intervals: [{ startDate, endDate, symbol: '17077' }],
});

const planOf = (lake: string, date: string, contract?: string) =>
  planBackfill(parseBackfill({ symbol: 'ES', contract, start: date, end: date, layers: ['bronze'] }), {
    lake,
    features,
  });

describe('the contract of an instrument id', () => {
  const continuous = bytesOf(recordsFrom('2024-03-06T15:00:00Z'), {
    stypeIn: 'continuous',
    symbols: ['ES.c.0'],
    mappings: [mapping('ES.c.0', '2024-03-05', '2024-03-08')],
  });

  it('is not what it was years before: the records stay without a contract, and the reason says what would help', async () => {
    const old = definition('ESH1', '2021-02-10T14:00:00Z', '2021-03-19T13:30:00Z');
    const lake = await lakeOf(
      continuous,
      bytesOf([old], { schema: 'definition', symbols: [], mappings: [] }),
    );
    for (const contract of [undefined, 'ESH4', 'ESH1']) {
      const { items, missing, withoutData } = await planOf(lake, '2024-03-06', contract);
      expect([items, withoutData]).toEqual([[], ['2024-03-06']]);
      expect(missing[0]).toMatchObject({ contract: contract ?? 'ESH4', tradeDate: '2024-03-06' });
      const { reason } = missing[0];
      expect(reason).toContain(`No raw file covers 2024-03-06 with MBO records of ${contract ?? 'ESH4'}`);
      expect(reason).toContain('17077 (asked for as ES.c.0, 20 records in ');
      expect(reason).toContain('it was ESH1 until 2021-03-19');
      expect(reason).toContain('Import definitions of that date');
    }
    const { status, reason } = await bronze(lake, { scope: contractDate('ESH4', '2024-03-06') });
    expect([status, reason]).toEqual(['no_data', expect.stringContaining('17077')]);
  });

  it('is told by a definition that lives on that day', async () => {
    const now = definition('ESH4', '2024-03-05T14:00:00Z', '2024-03-15T13:30:00Z');
    const lake = await lakeOf(
      continuous,
      bytesOf([now], { schema: 'definition', symbols: [], mappings: [] }),
    );
    expect((await planOf(lake, '2024-03-06')).items).toMatchObject([
      { scope: contractDate('ESH4', '2024-03-06') },
    ]);
    const { status, rows } = await bronze(lake, { scope: contractDate('ESH4', '2024-03-06') });
    expect([status, rows['bronze.mbo']]).toEqual(['published', 20]);
  });

  it('is another one in another year of the same file, and only its own records make its book', async () => {
    const both = bytesOf(
      [...recordsFrom('2021-02-10T15:00:00Z', 7), ...recordsFrom('2024-03-06T15:00:00Z', 9)],
      {
        symbols: ['ESH1', 'ESH4'],
        mappings: [mapping('ESH1', '2020-12-20', '2021-03-20'), mapping('ESH4', '2023-12-18', '2024-03-16')],
      },
    );
    const lake = await lakeOf(both);
    for (const [contract, date, records] of [
      ['ESH1', '2021-02-10', 7],
      ['ESH4', '2024-03-06', 9],
    ] as const) {
      const { items } = await planOf(lake, date, contract);
      expect(items).toMatchObject([{ scope: contractDate(contract, date) }]);
      const { rows } = await bronze(lake, { scope: contractDate(contract, date) });
      expect([rows['bronze.mbo'], rows['bronze.opening_books']]).toEqual([records, 0]);
    }
    const other = await planOf(lake, '2021-02-10', 'ESM1');
    expect(other.missing[0].reason).toContain('Raw files of that date hold ESH1');
    const never = await planOf(lake, '2022-02-10', 'ESH2');
    expect(never.missing[0].reason).toContain('Raw files cover trade dates from 2021-02-10 to 2024-03-06');
  });
});

describe('another instrument in the file', () => {
  it('of which no symbol is known goes to the dead letters, and does not block the contract', async () => {
    const ours = someMbo(100);
    const other = someMbo(30).map((record) => ({ ...record, instrumentId: 555 }));
    const lake = await lakeOf(bytesOf(ours.flatMap((record, i) => [record, ...other.slice(i, i + 1)])));
    const { status, checks } = await bronze(lake);
    expect(status).toBe('published');
    expect(checks.find(({ check }) => check === 'unmapped_instruments')).toMatchObject({
      passed: false,
      severity: 'warning',
      value: 30,
      message: expect.stringContaining('555') as string,
    });
    expect(await rowsOf(lake, bronzeMbo)).toHaveLength(100);
    const letters = await rowsOf(lake, bronzeDeadLetters);
    expect(letters.map(({ reason }) => reason)).toEqual(Array(30).fill('symbol_unmapped'));
  });
});

describe('files of options that overlap', () => {
  const CALL = {
    instrumentId: 900,
    instrumentClass: 'C',
    underlying: CONTRACT,
    strikePrice: 4_800_000_000_000n,
  };
  const hour = (h: number) => `2023-12-26T${h}:00:00Z`;
  const ns = (time: string) => BigInt(Date.parse(time)) * 1_000_000n;
  const defined = [14, 15, 16, 17].map((h) =>
    definition('E4AZ3 C4800', hour(h), '2023-12-29T21:00:00Z', CALL),
  );
  const traded = [14, 15, 16, 17, 18, 19].map((h): StoredRecord => ({
    type: 'trades',
    publisherId: 1,
    instrumentId: 900,
    tsEvent: ns(hour(h)),
    tsRecv: ns(hour(h)) + 5n,
    price: 10_000_000_000n,
    size: h,
    action: 'T',
    side: 'B',
    flags: 0,
    depth: 0,
    tsInDelta: 0,
    sequence: h,
  }));
  const stated = [14, 15, 16].map((h): StoredRecord => ({
    type: 'statistics',
    publisherId: 1,
    instrumentId: 900,
    tsEvent: ns(hour(h)),
    tsRecv: ns(hour(h)) + 7n,
    tsRef: ns('2023-12-25T00:00:00Z'),
    price: 2n ** 63n - 1n,
    quantity: BigInt(h),
    sequence: h,
    tsInDelta: 0,
    statType: 9,
    channelId: 0,
    updateAction: 1,
    statFlags: 0,
  }));
  const fileOf = (records: StoredRecord[]) => bytesOf(records, { schema: null, symbols: [], mappings: [] });

  it('count every definition, trade and statistic once', async () => {
    const lake = await lakeOf(
      bytesOf(someMbo(10)),
      fileOf(defined.slice(0, 3)),
      fileOf(defined.slice(1)),
      fileOf([...traded.slice(0, 4), ...stated.slice(0, 2)]),
      fileOf([...stated, ...traded.slice(2)]),
    );
    const { status, rows, checks } = await bronze(lake);
    expect([status, rows]).toMatchObject([
      'published',
      { 'bronze.definitions': 4, 'bronze.option_trades': 6, 'bronze.statistics': 3 },
    ]);
    expect(checks.find(({ check }) => check === 'overlapping_files')?.value).toBe(2 + 2 + 2);
  });
});
