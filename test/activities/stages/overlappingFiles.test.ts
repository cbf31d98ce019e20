/** Bronze and the registry of raw files that overlap, on the real evening of 2023-12-25: the same as of files that do not. */
import { createHash } from 'node:crypto';
import { runStage } from '../../../activities/stages/stages';
import { TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import { encodeMetadata, type DbnMetadata } from '../../../graph/dbn';
import { encodeMbo } from '../../../graph/dbn/mboCodec';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { bronzeOpeningBooks } from '../../../graph/records/openingBooksTable';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { readDbn } from '../../../lake/raw/dbnFile';
import { dataPath, describeWithData } from '../../support/data';
import { temporaryFiles } from '../../support/dbnFiles';
import { temporaryFolder } from '../../support/lake';

const write = temporaryFiles();
const CONTRACT = 'ESH4';
const DATE = '2023-12-26';
const partition = { contract: CONTRACT, trade_date: DATE };
const settings = (lake: string) => ({ lake, features: featureSettings.parse({}) });
let fence = 1;

/** A raw file taken apart. */
interface Records {
  metadata: DbnMetadata;
  records: Uint8Array[];
}

async function recordsOf(path: string): Promise<Records> {
  let metadata: DbnMetadata | undefined;
  const records: Uint8Array[] = [];
  await readDbn(path, {
    metadata: (head) => void (metadata = head),
    record: ({ bytes }) => void records.push(Uint8Array.from(bytes)),
  });
  return { metadata: metadata!, records };
}

const part = ({ metadata, records }: Records, ...ranges: [from: number, to: number][]) =>
  new Uint8Array(
    Buffer.concat([encodeMetadata(metadata), ...ranges.flatMap(([from, to]) => records.slice(from, to))]),
  );

/** The same records as a live gateway sends them: with the time of sending behind each, and no name for the instrument's file. */
const live = ({ metadata, records }: Records, from: number, to: number) =>
  new Uint8Array(
    Buffer.concat([
      encodeMetadata({ ...metadata, schema: null, tsOut: true }),
      ...records.slice(from, to).map((record) => {
        const sent = new Uint8Array(record.length + 8);
        sent.set(record);
        sent[0] = sent.length / 4;
        return sent;
      }),
    ]),
  );

async function built(files: readonly (readonly [name: string, bytes: Uint8Array])[]) {
  const folder = temporaryFolder();
  const lake = await Lake.open(folder, TABLES);
  for (const [name, bytes] of files) await lake.raw.import(write(name, bytes));
  const run = { workflowId: 'test', runId: 'run' };
  const scope = contractDate(CONTRACT, DATE);
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const { status, checks } = await runStage(
    { layer: 'bronze', scope, fence: fence++, run },
    context,
    settings(folder),
  );
  const hash = createHash('sha256');
  let rows = 0;
  await lake.table(bronzeMbo).readMbo(partition, (batch) => {
    const bytes = new Uint8Array(batch.length * 56);
    encodeMbo(batch, 0, batch.length, bytes, 0);
    hash.update(bytes);
    rows += batch.length;
  });
  const [opening] = await lake.table(bronzeOpeningBooks).readRows({ partition });
  return {
    status,
    rows,
    digest: hash.digest('hex'),
    opening: opening && Buffer.from(opening.state as Uint8Array).toString('hex'),
    trading: (await lake.raw.catalog()).trading(DATE).map(({ captured, ...traded }) => ({
      ...traded,
      // Where one file ends and the next begins is another matter.
      from: captured[0].first,
      to: captured.at(-1)!.last,
    })),
    overlap: checks.find(({ check }) => check === 'overlapping_files'),
    lake,
  };
}

describeWithData('raw files of the real evening that overlap', () => {
  let sunday: Records;
  let monday: Records;
  let whole: Awaited<ReturnType<typeof built>>;

  beforeAll(async () => {
    sunday = await recordsOf(dataPath('esh4-glbx-mdp3-20231224.mbo.dbn.zst'));
    monday = await recordsOf(dataPath('esh4-glbx-mdp3-20231225.mbo.dbn.zst'));
    whole = await built([
      ['24.dbn', part(sunday, [0, 8725])],
      ['25.dbn', part(monday, [0, 68_792])],
    ]);
    expect(whole.status).toBe('published');
    expect(whole.trading[0].volume).toBe(9892);
    expect(whole.overlap).toBeUndefined();
  });

  const both = (): Records => ({
    metadata: {
      ...monday.metadata,
      start: sunday.metadata.start,
      mappings: [
        {
          rawSymbol: CONTRACT,
          intervals: [{ startDate: '2023-12-24', endDate: '2023-12-26', symbol: '17077' }],
        },
      ],
    },
    records: [...sunday.records, ...monday.records],
  });

  it.each<[string, number, () => (readonly [string, Uint8Array])[]]>([
    [
      'where one ends and the next begins',
      14,
      () => [
        ['24.dbn', part(sunday, [0, 8725])],
        ['a.dbn', part(monday, [0, 48_428])],
        ['b.dbn', part(monday, [48_414, 68_792])],
      ],
    ],
    [
      'of which one is all of the other, and more',
      20_000,
      () => [
        ['b.dbn', part(monday, [30_000, 50_000])],
        ['24.dbn', part(sunday, [0, 8725])],
        ['a.dbn', part(monday, [0, 68_792])],
      ],
    ],
    [
      'of which one has a hole that the other fills',
      30,
      () => [
        ['24.dbn', part(sunday, [0, 8725])],
        ['b.dbn', part(monday, [19_990, 40_020])],
        ['a.dbn', part(monday, [0, 20_000], [40_000, 68_792])],
      ],
    ],
    [
      'that cut the days in another way',
      18_725,
      () => [
        ['a.dbn', part(both(), [0, 40_000])],
        ['24.dbn', part(sunday, [0, 8725])],
        ['b.dbn', part(monday, [21_275, 68_792])],
      ],
    ],
    [
      'of which one was captured live',
      30_000,
      () => [
        ['24.dbn', part(sunday, [0, 8725])],
        ['live.dbn', live(monday, 38_792, 68_792)],
        ['25.dbn', part(monday, [0, 68_792])],
      ],
    ],
    [
      'that are cut in the middle of a packet',
      0,
      () => [
        ['24.dbn', part(sunday, [0, 8725])],
        ['b.dbn', part(monday, [48_421, 68_792])],
        ['a.dbn', part(monday, [0, 48_421])],
      ],
    ],
  ])(
    '%s count every record once',
    async (_, duplicates, files) => {
      const { rows, digest, opening, trading, overlap, status, lake } = await built(files());
      expect([status, rows, trading]).toEqual(['published', whole.rows, whole.trading]);
      expect(digest).toBe(whole.digest);
      expect(opening).toBe(whole.opening);
      expect(overlap?.value ?? 0).toBe(duplicates);
      if (duplicates > 0) {
        for (const [name] of files().filter(([known]) => known !== '24.dbn' || duplicates === 18_725))
          expect(overlap?.message).toContain(name);
        const checks = await lake
          .table(qualityChecks)
          .readRows({ partition: { layer: 'bronze', partition: `${CONTRACT}/${DATE}` } });
        expect(checks.find(({ check_name }) => check_name === 'overlapping_files')?.message).toContain(
          `${duplicates} records are in several and count once`,
        );
      }
    },
    120_000,
  );
});
