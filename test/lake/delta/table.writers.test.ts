/** Many processes writing to one table at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DeltaTable } from '../../../lake/delta/table';
import { LocalFileSpace } from '../../../lake/store/localFileSpace';
import { LocalStore } from '../../../lake/store/localStore';
import { describeWithDeltalake, runDeltalake } from '../../support/deltalake';
import { numbers, temporaryFolder } from '../../support/lake';

const WRITER = join(__dirname, '..', '..', 'support', 'lakeWriter.js');

const open = (folder: string) => new DeltaTable(new LocalStore(folder), new LocalFileSpace(folder), numbers);
const valuesOf = async (table: DeltaTable) => (await table.readRows()).map(({ n }) => Number(n));

describe('twenty writer processes', () => {
  const WRITERS = 20;
  const APPENDS = 4;
  let folder: string;

  beforeAll(async () => {
    folder = temporaryFolder();
    const writers = Array.from({ length: WRITERS }, (_, id) =>
      spawn(process.execPath, [WRITER, folder, 'append', String(id + 1), String(APPENDS)], {
        stdio: 'inherit',
      }),
    );
    const codes = await Promise.all(writers.map(async (child) => (await once(child, 'close'))[0] as number));
    expect(codes).toEqual(Array(WRITERS).fill(0));
  });

  it('lose nothing and write nothing twice', async () => {
    const table = open(folder);
    const expected: number[] = [];
    for (let id = 1; id <= WRITERS; id++) {
      expected.push(-id);
      for (let i = 0; i < APPENDS; i++) expected.push(id * 1000 + i);
    }
    const found = await valuesOf(table);
    expect(found.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
    const history = await table.history();
    expect(history.map(({ version }) => version)).toEqual(
      Array.from({ length: WRITERS * (APPENDS + 1) }, (_, version) => version),
    );
    const times = history.map(({ info }) => info.timestamp);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  describeWithDeltalake('and the table they leave', () => {
    it('reads the same in Python', async () => {
      const script = `
import sys, json
from deltalake import DeltaTable
table = DeltaTable(sys.argv[1])
print(json.dumps(sorted(table.to_pyarrow_table().column("n").to_pylist())))`;
      const theirs = runDeltalake<number[]>(script, join(folder, 'test', 'numbers'));
      expect(theirs).toEqual((await valuesOf(open(folder))).sort((a, b) => a - b));
    });
  });
});
