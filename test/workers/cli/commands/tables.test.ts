import { TABLES } from '../../../../graph/catalog/declaration';
import { bronzeMbo } from '../../../../graph/records/mboTable';
import { temporaryFolder } from '../../../support/lake';
import { mboLake, PARTITION } from '../../../support/mboLake';
import { documentOf, onLake } from '../../../support/spymaster';

describe('of an empty lake', () => {
  const spymaster = onLake(temporaryFolder());

  it('lists them and says how to fill them', async () => {
    const { tables } = documentOf<{ tables: { name: string; rows: number }[] }>(
      await spymaster('tables', '--json'),
    );
    expect(tables.map(({ name, rows }) => [name, rows])).toEqual(TABLES.map(({ name }) => [name, 0]));
    expect((await spymaster('tables')).stderr).toContain('import');
  });

  it('prints contracts', async () => {
    const { stdout } = await spymaster('tables', 'bronze.mbo');
    for (const { name, meaning } of bronzeMbo.columns) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(meaning);
    }
    const { columns } = documentOf<{ columns: { name: string; type: string }[] }>(
      await spymaster('tables', 'bronze.mbo', '--json'),
    );
    expect(columns[0]).toMatchObject({ name: 'ts_recv', type: 'int64' });
    const unknown = await spymaster('tables', 'bronze.nothing');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('silver.bars');
  });
});

describe('of the hubs', () => {
  const spymaster = onLake(temporaryFolder());

  it.each([
    ['mbo_raw', 'feed schema'],
    ['features_gold', 'live schema features_gold'],
    ['inference_results', 'live schema'],
  ])('the events in %s have the schema that `%s` prints', async (hub, command) => {
    const printed = await spymaster('tables', 'events', hub);
    expect(printed.code).toBe(0);
    expect(Object.keys(documentOf<{ properties: object }>(printed).properties).length).toBeGreaterThan(5);
    expect((await spymaster(...command.split(' '))).stdout).toBe(printed.stdout);
  });

  it('another is none', async () => {
    const unknown = await spymaster('tables', 'events', 'mbo');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('mbo_raw');
  });
});

describe('of a lake with rows', () => {
  let lake: string;
  beforeAll(async () => (lake = await mboLake()));
  const spymaster = (...args: string[]) => onLake(lake)(...args);

  it('have a history', async () => {
    const history = await spymaster('tables', 'history', 'bronze.mbo', '--json');
    expect(history.stdout.trim().endsWith('}')).toBe(true);
    expect(documentOf(history)).toMatchObject({
      table: 'bronze.mbo',
      versions: [
        {
          version: 0,
          operation: 'first',
          partition: PARTITION,
          lineage: { rows: 3000, workflowId: 'workflow-1' },
        },
        { version: 1, operation: 'second', lineage: { rows: 10 } },
      ],
    });
  });

  it('are compacted and vacuumed, in that order, without a row lost', async () => {
    const compacted = documentOf<{ tables: object[] }>(await spymaster('tables', 'compact', '--json'));
    expect(compacted.tables[0]).toEqual({
      table: 'bronze.mbo',
      filesBefore: 2,
      filesAfter: 1,
      partitions: 1,
      skipped: 0,
    });
    const args = ['tables', 'vacuum', 'bronze.mbo', '--retention', '0', '--json'];
    const planned = documentOf<{ dryRun: boolean; tables: { files: string[] }[] }>(
      await spymaster(...args, '--dry-run'),
    );
    expect(planned).toMatchObject({ dryRun: true, tables: [{ table: 'bronze.mbo' }] });
    expect(planned.tables[0].files).toHaveLength(2);
    expect(documentOf(await spymaster(...args))).toEqual({ ...planned, dryRun: false, snapshots: [] });
    expect(documentOf(await spymaster('query', 'SELECT count(*) AS n FROM bronze.mbo', '--json'))).toEqual([
      { n: '3010' },
    ]);
    expect((await spymaster('query', 'FROM bronze.mbo AT VERSION 0')).stderr).toContain('vacuumed');
    expect((await spymaster('tables', 'vacuum', '--retention', 'x')).code).not.toBe(0);
  });
});
