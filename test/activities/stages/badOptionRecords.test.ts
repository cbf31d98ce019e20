/** Definitions, option trades and statistics, some of them damaged: each is used or set aside with its reason, and the day goes on. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { replayLetters } from '../../../activities/stages/replayDeadLetters';
import { runStage } from '../../../activities/stages/stages';
import type { StageResult } from '../../../activities/stages/stage';
import { TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import { encodeMetadata, encodeRecord, type DbnMetadata, type DbnRecord } from '../../../graph/dbn';
import { viewRecord } from '../../../graph/dbn/record';
import { bronzeDeadLetters } from '../../../graph/records/deadLettersTable';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { readDbn } from '../../../lake/raw/dbnFile';
import { temporaryFiles } from '../../support/dbnFiles';
import { temporaryFolder } from '../../support/lake';
import { QUIETLY, simulateLake } from '../../support/simulatedLake';

const partition = { contract: 'ESH4', trade_date: '2024-03-05' };
const features = featureSettings.parse({});
const NEVER = 2n ** 64n - 1n;
const write = temporaryFiles();

type Damage = (record: DbnRecord) => void;
const on =
  <Type extends 'definition' | 'trades' | 'statistics'>(
    type: Type,
    damage: (record: DbnRecord<Type>) => void,
  ) =>
  (record: DbnRecord) => {
    if (record.type === type) damage(record as DbnRecord<Type>);
  };

/** By reason, in turn, what is done to one record of its kind. */
const OF_DEFINITIONS: [string, Damage][] = [
  [
    'definition_incomplete',
    on('definition', (r) => Object.assign(r, { expiration: NEVER, rawSymbol: 'UNKNOWN' })),
  ],
  [
    'definition_incomplete',
    on('definition', (r) => Object.assign(r, { underlying: '', rawSymbol: 'UNKNOWN' })),
  ],
  ['strike_implausible', on('definition', (r) => (r.strikePrice = 0n))],
  ['ts_recv_undefined', on('definition', (r) => (r.tsRecv = NEVER))],
];
const OF_TRADES: [string, Damage][] = [
  ['instrument_undefined', on('trades', (r) => (r.instrumentId = 4_000_000_000))],
  ['side_unknown', on('trades', (r) => (r.side = '?'))],
  ['price_undefined', on('trades', (r) => (r.price = 2n ** 63n - 1n))],
  ['size_implausible', on('trades', (r) => (r.size = 2 ** 32 - 1))],
];
const OF_STATISTICS: [string, Damage][] = [
  ['ts_ref_implausible', on('statistics', (r) => (r.tsRef = 1n))],
  ['price_implausible', on('statistics', (r) => (r.price = -9_223_372_036_750_000_000n))],
];

/** A file with one record after another damaged, as far as `mayDamage` allows. */
async function damagedFile(
  path: string,
  damages: [string, Damage][],
  mayDamage: (record: DbnRecord) => boolean,
) {
  const pieces: Uint8Array[] = [];
  const left = [...damages];
  let n = 0;
  await readDbn(path, {
    metadata: (metadata: DbnMetadata) => void pieces.push(encodeMetadata({ ...metadata, version: 3 })),
    record: (view) => {
      const record = view.decode();
      if (left.length > 0 && mayDamage(record) && n++ % 5 === 4) left.shift()![1](record);
      pieces.push(encodeRecord(record));
    },
  });
  expect(left).toEqual([]);
  return new Uint8Array(Buffer.concat(pieces));
}

describe('damaged records about options', () => {
  let folder: string;
  const results: StageResult[] = [];
  /** Of every file that was damaged. */
  const damagesDone: [string, Damage][][] = [];
  let lake: Lake;

  beforeAll(async () => {
    const raw = join(temporaryFolder(), 'raw');
    await simulateLake(raw, join(temporaryFolder(), 'whole'), {
      from: partition.trade_date,
      days: 1,
      events: 10_000,
      seed: 3,
    });
    folder = temporaryFolder();
    lake = await Lake.open(folder, TABLES);
    const ofContract = (record: DbnRecord) =>
      record.type !== 'definition' || (record.underlying === 'ESH4' && record.instrumentClass === 'C');
    for (const name of readdirSync(raw).filter((file) => file.includes('.dbn'))) {
      const damages = name.includes('definition')
        ? OF_DEFINITIONS
        : name.includes('trades')
          ? OF_TRADES
          : name.includes('statistics')
            ? OF_STATISTICS
            : undefined;
      const path = join(raw, name);
      if (damages) damagesDone.push(damages);
      await lake.raw.import(
        damages ? write(`${name}.dbn`, await damagedFile(path, damages, ofContract)) : path,
      );
    }
    for (const layer of ['bronze', 'silver', 'gold'] as const)
      results.push(
        await runStage(
          {
            layer,
            scope: contractDate(partition.contract, partition.trade_date),
            fence: 1,
            run: { workflowId: 'test', runId: 'run' },
          },
          QUIETLY,
          { lake: folder, features },
        ),
      );
  });

  const lettersOf = () => lake.table(bronzeDeadLetters).readRows({ partition });

  it('cost no day', () => {
    expect(results.map(({ status, reason }) => [status, reason])).toEqual(
      Array.from({ length: 3 }, () => ['published', undefined]),
    );
    for (const table of ['bronze.definitions', 'bronze.option_trades', 'bronze.statistics'])
      expect(results[0].rows[table]).toBeGreaterThan(10);
    expect(results[1].rows['silver.option_flow']).toBeGreaterThan(0);
  });

  it('are set aside with their reasons, bytes and places', async () => {
    const letters = await lettersOf();
    const expected = damagesDone.flat().map(([reason]) => reason);
    // What refers to an instrument whose definition cannot be used refers to none.
    const caused =
      letters.filter(({ reason }) => reason === 'instrument_undefined').length -
      expected.filter((reason) => reason === 'instrument_undefined').length;
    expect(caused).toBeGreaterThan(0);
    expect(letters.map(({ reason }) => reason as string).sort()).toEqual(
      [...expected, ...(Array(caused).fill('instrument_undefined') as string[])].sort(),
    );
    for (const { bytes, record_type, position, reason } of letters) {
      expect(viewRecord(bytes as Uint8Array, 3).type).toBe(record_type);
      expect(position).toBeNull();
      if (reason === 'price_undefined') expect(record_type).toBe('trades');
    }
  });

  it('are counted: with what is used and of no concern they make up the files', () => {
    const check = (name: string) => results[0].checks.find((one) => one.check === name);
    expect(check('option_record_count')).toMatchObject({ passed: true, severity: 'blocking', value: 0 });
    expect(check('option_dead_letters')).toMatchObject({ passed: false, severity: 'warning' });
  });

  it('are not put back one by one, and that is said', async () => {
    const before = await lettersOf();
    const [result] = await replayLetters(lake, {});
    expect(result).toMatchObject({ letters: before.length, replayed: 0 });
    expect(result.skipped).toContain('build Bronze again with --reprocess all');
    expect(await lettersOf()).toEqual(before);
  });
});
