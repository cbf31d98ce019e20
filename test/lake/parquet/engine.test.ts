import { lstatSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, engine } from '../../../lake/parquet/engine';
import { machineMemory, memoryOf, shareMemory } from '../../../lake/parquet/engineSettings';
import { temporaryFolder } from '../../support/lake';

/** Rows before the one at `row`, which fails; far enough to be in none of the first chunks. */
const failing = (row: number, rows = 1_000_000) =>
  `SELECT CASE WHEN i = ${row} THEN error('boom') ELSE i::VARCHAR END AS v FROM range(${rows}) t(i)`;

async function count(sql: string, signal?: AbortSignal, onRows?: (rows: number) => void): Promise<number> {
  let rows = 0;
  for await (const chunk of (await engine()).chunks(sql, signal)) {
    rows += chunk.rowCount;
    onRows?.(rows);
  }
  return rows;
}

describe('a streamed result', () => {
  it('has all its rows', async () => {
    expect(await count('SELECT i FROM range(1000000) t(i)')).toBe(1_000_000);
    expect(await count('SELECT i FROM range(0) t(i)')).toBe(0);
    expect(await count('SELECT i FROM range(4096) t(i)')).toBe(4096);
  });

  it.each([0, 2048, 900_000, 999_999])('fails where row %d fails, and never ends before it', async (row) => {
    await expect(count(failing(row))).rejects.toThrow('boom');
  });

  it('fails also where the statement cannot be asked for its reason', async () => {
    await expect(count(`SELECT 1; ${failing(900_000)}`)).rejects.toThrow('before the end of the result');
    await expect(count(`${failing(900_000)} ;\n`)).rejects.toThrow('boom');
    await expect(count(`${failing(900_000)} -- to the end`)).rejects.toThrow('boom');
  });

  it('is cancelled, not ended, by an abort', async () => {
    const controller = new AbortController();
    const read = count('SELECT i FROM range(100000000) t(i)', controller.signal, (rows) => {
      if (rows > 100_000) controller.abort();
    });
    await expect(read).rejects.toMatchObject({ code: 'Cancelled' });
  });
});

describe('an engine', () => {
  const settingOf = async (duckdb: Engine, name: string) =>
    (await duckdb.rows(`SELECT current_setting('${name}')`))[0][0];

  it('says which limit of memory was reached, and which setting raises it', async () => {
    const duckdb = await Engine.create({ memory: '30MB', spillFolder: temporaryFolder() });
    await expect(duckdb.rows('SELECT list(i) FROM range(30000000) t(i)')).rejects.toMatchObject({
      code: 'LimitReached',
      message: expect.stringContaining('30 MB') as string,
      details: { field: 'duckdb.memory' },
    });
  });

  it('says which limit of the disk was reached, where, and which setting raises it', async () => {
    const spillFolder = temporaryFolder();
    const duckdb = await Engine.create({ memory: '30MB', spillFolder, spillLimit: '10MB' });
    const sorted = duckdb.run('SELECT i, hash(i) AS h FROM range(3000000) t(i) ORDER BY h');
    await expect(sorted).rejects.toMatchObject({
      code: 'LimitReached',
      message: expect.stringMatching(`10MB in ${spillFolder}`) as string,
      details: { field: 'duckdb.spillLimit' },
    });
  });

  it('spills into a folder of its own that only its user may enter', async () => {
    const spillFolder = join(temporaryFolder(), 'made');
    const engines = await Promise.all([1, 2].map(() => Engine.create({ spillFolder })));
    const folders = readdirSync(spillFolder).map((name) => join(spillFolder, name));
    expect(folders).toHaveLength(2);
    for (const folder of folders) {
      const info = lstatSync(folder);
      expect([info.isDirectory(), info.mode & 0o777]).toEqual([true, 0o700]);
    }
    const used = await Promise.all(engines.map((duckdb) => settingOf(duckdb, 'temp_directory')));
    expect(new Set(used)).toEqual(new Set(folders));
    const ofThisThread = await settingOf(await engine(), 'temp_directory');
    expect(lstatSync(String(ofThisThread)).mode & 0o777).toBe(0o700);
  });

  it('removes what killed processes have spilled, after a day and nothing else', async () => {
    const spillFolder = temporaryFolder();
    const old = new Date(Date.now() - 25 * 3_600_000);
    // Of a process that is no more, of this one, and of no Spymaster.
    const names = [`spymaster-spill-${2 ** 30}-aaaaaa`, `spymaster-spill-${process.pid}-bbbbbb`, 'others'];
    for (const name of [...names, `spymaster-spill-${2 ** 30}-young1`]) mkdirSync(join(spillFolder, name));
    for (const name of names) utimesSync(join(spillFolder, name), old, old);
    await Engine.create({ spillFolder });
    expect(readdirSync(spillFolder)).toEqual(
      expect.arrayContaining([...names.slice(1), `spymaster-spill-${2 ** 30}-young1`]),
    );
    expect(readdirSync(spillFolder)).not.toContain(names[0]);
  });

  it.each([
    'INSTALL httpfs',
    'LOAD httpfs',
    `LOAD '/tmp/x.duckdb_extension'`,
    `FROM 'http://127.0.0.1:1/x.csv'`,
  ])('has no extensions and no network: %s', async (sql) => {
    const duckdb = await engine();
    if (!sql.startsWith('INSTALL'))
      await expect(duckdb.run(sql)).rejects.toThrow(/disabled|requires the extension/);
    await expect(duckdb.run('SET enable_external_access = true')).rejects.toThrow('Cannot enable');
  });

  it('keeps no copies of the files it has read', async () => {
    expect(await settingOf(await engine(), 'enable_external_file_cache')).toBe(false);
  });
});

describe('the memory of engines', () => {
  it('is what is chosen, or at most a gigabyte', () => {
    expect(memoryOf({ memory: '512MiB' })).toBe(512 * 2 ** 20);
    expect(memoryOf({ memory: '1.5 GB' })).toBe(1.5e9);
    expect(memoryOf({})).toBeLessThanOrEqual(1e9);
  });

  it('is less than the machine has, in all threads together', () => {
    const third = `${Math.floor(machineMemory() / 3e6)}MB`;
    expect(shareMemory({ memory: third }, 2)).toEqual({ memory: third });
    expect(() => shareMemory({ memory: third }, 4)).toThrow('4 threads');
    expect(() => shareMemory({}, 100_000)).toThrow('100000 threads');
    for (const engines of [1, 3, 30])
      expect(memoryOf(shareMemory({}, engines)) * engines).toBeLessThan(machineMemory());
  });
});
