import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../infra/root';
import { Engine, engine } from '../../../lake/parquet/engine';
import { machineMemory, memoryOf, shareMemory } from '../../../lake/parquet/engineSettings';
import { temporaryFolder } from '../../support/lake';

/** A process that is killed while it has a folder. */
const SPILL_FOLDER = join(PROJECT_ROOT, 'dist', 'lake', 'parquet', 'spillFolder.js');
const KILLED = `require(${JSON.stringify(SPILL_FOLDER)}).makeSpillFolder(process.argv[1]); process.kill(process.pid, 'SIGKILL')`;

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

  it('removes what killed processes have spilled, and nothing else', async () => {
    const spillFolder = temporaryFolder();
    const killed = spawnSync(process.execPath, ['-e', KILLED, spillFolder]);
    expect(killed.signal).toBe('SIGKILL');
    const [left] = readdirSync(spillFolder);
    expect(left).toMatch(/^spymaster-spill-\d+-/);
    const [gone, here] = [left.split('-')[2], String(process.pid)];
    const elsewhere = left.replace(/-\w+-\w+$/, '-1-aaaaaa');
    const kept = [left.replace(gone, here), elsewhere, `${left}-others`, `spymaster-spill-${gone}`];
    const old = [elsewhere.replace('aaaaaa', 'bbbbbb'), `spymaster-spill-${gone}-cccccc`];
    for (const name of [...kept, ...old]) mkdirSync(join(spillFolder, name));
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    for (const name of old) utimesSync(join(spillFolder, name), longAgo, longAgo);
    const duckdb = await Engine.create({ spillFolder });
    const found = readdirSync(spillFolder);
    expect(found).toEqual(expect.arrayContaining(kept));
    for (const name of [left, ...old]) expect(found).not.toContain(name);
    expect(found).toHaveLength(kept.length + 1);
    duckdb.close();
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
