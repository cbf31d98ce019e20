/** Vectors and their normalisation through the lake: computed from stored Silver, stored, and read back. */
import type { Row, TableBatch } from '../../../graph/datasets/schema';
import { FEATURE_TABLE, FEATURES, GROUPS, type FeatureGroup } from '../../../graph/vectors/features';
import {
  goldNormalisation,
  normalisationOf,
  normalisationRows,
} from '../../../graph/vectors/normalisationTable';
import { fitNormalisation, normalise, type Normalisation } from '../../../graph/vectors/normalise';
import { SILVER_COLUMNS } from '../../../graph/vectors/silverMemory';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { enforce } from '../../../lake/contracts/enforce';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { commitOptions, temporaryFolder } from '../../support/lake';
import { rowsOf, TableBuilder } from '../../support/tables';
import {
  GoldDriver,
  bitsOf,
  goldOf,
  rawOf,
  silverOf,
  simulatedSessions,
  type Gold,
  type Session,
} from './simulatedSessions';

const partition = { contract: 'ESH4', trade_date: '2024-01-09' };

describe('vectors through the lake', () => {
  let session: Session;
  let silver: TableBatch[];
  let direct: Gold;
  let lake: Lake;

  beforeAll(async () => {
    const request = { from: '2024-01-09', days: 1, events: 40_000, strength: 1, seed: 8, options: true };
    [session] = simulatedSessions(request);
    silver = silverOf(session);
    direct = goldOf(session, silver);
    lake = await Lake.open(temporaryFolder(), TABLES);
    for (const batch of silver)
      await lake.table(batch.contract).overwritePartition(partition, [batch], commitOptions());
  });

  it('are the same bits from Silver as it is stored, of which no more is read than they need', async () => {
    const gold = new GoldDriver(session.inputs);
    gold.push(session.records);
    for (const [name, columns] of Object.entries(SILVER_COLUMNS)) {
      const { contract } = silver.find((table) => table.contract.name === name)!;
      for await (const batch of lake.table(contract).readPartition(partition, { columns }))
        gold.onSilver([batch]);
    }
    gold.finish();
    expect(rowsOf(gold.takeVectors()).map(bitsOf)).toEqual(direct.vectors.map(bitsOf));
  });

  it('are stored and come back with all their NaN', async () => {
    expect(direct.vectors.length).toBeGreaterThan(5);
    const table = lake.table(goldVectors);
    await table.overwritePartition(partition, [batchOf(direct.vectors)], commitOptions());
    const read = await table.readRows({ partition });
    const stored = (row: Row) => bitsOf({ ...row, contract: '', trade_date: '' });
    const flags = (row: Row) => ({
      ...row,
      ...Object.fromEntries(GROUPS.map((group) => [`has_${group}`, row[`has_${group}`] === 1])),
    });
    expect(read.map(stored)).toEqual(direct.vectors.map((row) => stored(flags(row))));
    // The day before is unknown.
    expect(rawOf(read[0])[FEATURES.find(({ name }) => name === 'pd_ahead')!.index]).toBeNaN();
  });

  it('are normalised as they are stored with what earlier sessions say, to the same bits, all finite', async () => {
    const past = direct.vectors.map((row) => ({ session: '2024-01-05', raw: rawOf(row) }));
    const normalisation = fitNormalisation(past, '2024-01-09') as Normalisation;
    const normalised = (rows: readonly Row[]) =>
      rows.map((row) => {
        const masked = Object.fromEntries(GROUPS.map((group) => [group, !row[`has_${group}`]]));
        return normalise(rawOf(row), masked as Record<FeatureGroup, boolean>, normalisation);
      });
    const stored = normalised(await lake.table(goldVectors).readRows({ partition }));
    expect(stored).toEqual(normalised(direct.vectors));
    for (const vector of stored) expect([...vector].every(Number.isFinite)).toBe(true);
  });

  it('keep their normalisation in a table of its own, from which it comes back', async () => {
    const past = direct.vectors.map((row) => ({ session: '2024-01-05', raw: rawOf(row) }));
    const normalisation = fitNormalisation(past, '2024-01-09') as Normalisation;
    const table = lake.table(goldNormalisation);
    const ofProduct = { product: 'ES', trade_date: '2024-01-09' };
    await table.overwritePartition(ofProduct, [normalisationRows(normalisation)], commitOptions());
    expect(normalisationOf(await table.readRows({ partition: ofProduct }))).toEqual(normalisation);
  });

  it('are refused with a vector or sequence of another length', () => {
    const [row] = direct.vectors;
    const refused = (changes: Row) => () => enforce(batchOf([{ ...row, ...changes }]));
    expect(() => enforce(batchOf([row]))).not.toThrow();
    const violation = expect.objectContaining({ code: 'ContractViolation' }) as Error;
    expect(refused({ raw: new Float32Array(143) })).toThrow(violation);
    expect(refused({ raw: new Float32Array(145) })).toThrow(violation);
    expect(refused({ sequence_bars: 239 })).toThrow(violation);
  });

  it('say by which table of features they were computed', () => {
    expect(direct.vectors[0].feature_table).toBe(FEATURE_TABLE);
  });
});

function batchOf(rows: readonly Row[]): TableBatch {
  const builder = new TableBuilder(goldVectors);
  for (const row of rows) builder.push(row);
  return builder.build();
}
