import { engine } from '../../../lake/parquet/engine';

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
