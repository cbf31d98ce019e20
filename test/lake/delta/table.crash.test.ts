/** Whatever happens to a writer, the table is the old one or the new one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeltaTable } from '../../../lake/delta/table';
import { LocalFileSpace } from '../../../lake/store/localFileSpace';
import { LocalStore } from '../../../lake/store/localStore';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';

const WRITER = join(__dirname, '..', '..', 'support', 'lakeWriter.js');
const A = { contract: 'A' };

const open = (folder: string) => new DeltaTable(new LocalStore(folder), new LocalFileSpace(folder), numbers);
const valuesOf = async (table: DeltaTable, partition = {}) =>
  (await table.readRows({ partition })).map(({ n }) => Number(n));

/** A table whose store dies: from its n-th change on nothing reaches the disk, with or without that change itself. */
function dyingTable(folder: string, change: number, lastOneLands: boolean) {
  const CHANGES = new Set(['put', 'putIfAbsent', 'remove', 'stage', 'discard']);
  let changes = 0;
  const dying = <T extends object>(whole: T): T =>
    new Proxy(whole, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          if (CHANGES.has(String(name))) changes++;
          const dead = changes > change;
          const landing = dead && lastOneLands && changes === change + 1 && CHANGES.has(String(name));
          const result: unknown = dead && !landing ? undefined : await Reflect.apply(member, target, args);
          if (dead) throw new Error('killed');
          return result;
        };
      },
    });
  const table = new DeltaTable(dying(new LocalStore(folder)), dying(new LocalFileSpace(folder)), numbers);
  return { table, survived: () => changes <= change };
}

describe('a writer that dies', () => {
  it.each([
    ['before', false],
    ['after', true],
  ])('%s any one change to the store leaves the old rows or the new ones', async (_, lands) => {
    let survived = false;
    const seen = new Set<string>();
    for (let change = 0; !survived; change++) {
      const folder = temporaryFolder();
      const table = open(folder);
      // The tenth commit writes a checkpoint too.
      for (let n = 0; n < 10; n++) await table.overwritePartition(A, [numbersBatch(n)], commitOptions());
      const dying = dyingTable(folder, change, lands);
      survived = await dying.table
        .overwritePartition(A, [numbersBatch(10, 11)], commitOptions())
        .then(dying.survived, () => false);
      const rows = await valuesOf(open(folder));
      expect([[9], [10, 11]]).toContainEqual(rows);
      seen.add(rows.join());
      await open(folder).overwritePartition(A, [numbersBatch(12)], commitOptions());
      expect(await valuesOf(open(folder))).toEqual([12]);
    }
    expect([...seen]).toEqual(['9', '10,11']);
  });

  it('is killed at random moments, again and again, and every reader finds whole partitions', async () => {
    const folder = temporaryFolder();
    const rows = 20_000;
    const last = new Map<string, number>();
    for (let round = 0; round < 8; round++) {
      const writers = ['1', '2'].map((id) => {
        const child = spawn(process.execPath, [WRITER, folder, 'loop', id, String(rows)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const lines = createInterface({ input: child.stdout });
        lines.on('line', (line) => last.set(id, Number(line)));
        return { child, ready: once(lines, 'line') };
      });
      await Promise.all(writers.map(({ ready }) => ready));
      await sleep(Math.random() * 60);
      for (const { child } of writers) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      const table = open(folder);
      for (const id of ['1', '2']) {
        const values = await valuesOf(table, { contract: `own-${id}` });
        expect(values).toHaveLength(rows);
        expect(new Set(values).size).toBe(1);
        // What a writer reported is there; the next one may be, killed between its commit and its report.
        expect(values[0] - (last.get(id) as number)).toBeGreaterThanOrEqual(0);
        expect(values[0] - (last.get(id) as number)).toBeLessThanOrEqual(1);
      }
    }
    expect((await open(folder).snapshot()).version).toBeGreaterThanOrEqual(15);
  });
});
