/** Bronze from raw files as users have them: other instruments beside the contract, ids that mean something else on another day. */
import { createHash } from 'node:crypto';
import { runStage } from '../../../activities/stages/stages';
import type { StageRequest } from '../../../activities/stages/stage';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import { encodeMetadata, encodeRecord, type DbnMetadata, type StoredRecord } from '../../../graph/dbn';
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
