/** A lake with a simulated date and one that passes for real: that they are different things is told wherever they are shown. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartitionRow } from '../../../../activities/planning/partitionGrid';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, spymasterWith } from '../../../support/spymaster';

const [SIMULATED, REAL] = ['2024-03-05', '2024-03-07'];
const SMALL = ['--events', '20000', '--no-options'];
const folder = temporaryFolder();
const run = (...args: string[]) =>
  spymasterWith({ SPYMASTER_LAKE: join(folder, 'lake'), SPYMASTER_CONFIG: join(folder, 'c.yaml') }, ...args);

async function succeed(...args: string[]) {
  const finished = await run(...args);
  if (finished.code !== 0) throw new Error(finished.stderr);
  return finished;
}

const simulate = (name: string, date: string, ...args: string[]) =>
  succeed('simulate', '--out', join(folder, name), '--from', date, ...SMALL, ...args);

/** The plain files of a folder as the venue's own: named after its dataset, inside and out. */
function passOff(from: string, to: string): void {
  mkdirSync(join(folder, to));
  for (const name of readdirSync(join(folder, from)).filter((file) => file.endsWith('.dbn'))) {
    const bytes = readFileSync(join(folder, from, name));
    expect(bytes.toString('latin1', 8, 17)).toBe('XSIM.MDP3');
    bytes.write('GLBX.MDP3', 8, 'latin1');
    writeFileSync(join(folder, to, name.replace('xsim', 'glbx')), bytes);
  }
}

beforeAll(async () => {
  writeFileSync(join(folder, 'c.yaml'), 'features: { episodes: { sessionWindow: all-hours } }\n');
  await simulate('simulated', SIMULATED);
  await simulate('source', REAL, '--plain');
  passOff('source', 'real');
  await succeed('import', join(folder, 'simulated'));
  await succeed('import', join(folder, 'real'));
  for (const date of [SIMULATED, REAL]) await succeed('build', '--symbol', 'ES', '--date', date);
});

test('files say what they are when they come in and when they are listed', async () => {
  const known = await succeed('import', join(folder, 'simulated'));
  expect(known.stdout).toMatch(/xsim-mdp3-20240305\.mbo\.dbn\.zst +known +simulated +mbo/);
  const { stdout } = await run('raw', 'list');
  expect(stdout).toMatch(/xsim-mdp3-20240305\.mbo\.dbn\.zst +simulated +mbo/);
  expect(stdout).toMatch(/glbx-mdp3-20240307\.mbo\.dbn +real +mbo/);
});

test('partitions and quality say it', async () => {
  const { partitions } = documentOf<{ partitions: PartitionRow[] }>(await run('partitions', '--json'));
  const dataOn = (date: string) => [
    ...new Set(
      partitions.flatMap(({ contract, tradeDate, data }) => (contract && tradeDate === date ? data : [])),
    ),
  ];
  expect([dataOn(SIMULATED), dataOn(REAL)]).toEqual([['simulated'], ['real']]);
  expect((await run('partitions')).stdout).toMatch(/ESH4 2024-03-05 +simulated +\w+/);
  // What the real date is measured by is not the simulated one; what comes next is like what was last.
  for (const date of [REAL, '2024-03-08']) {
    const { data, status } = partitions.find(
      ({ product, contract, tradeDate }) => product === 'ES' && !contract && tradeDate === date,
    )!;
    expect([date, data, status]).toEqual(
      date === REAL ? [REAL, undefined, 'no_data'] : [date, 'real', 'published'],
    );
  }
  expect((await run('quality', SIMULATED)).stdout).toMatch(/ESH4 2024-03-05 \(simulated data\): /);
  expect((await run('quality', REAL)).stdout).toMatch(/ESH4 2024-03-07: /);
});

test('outcomes count them together only when told to, and say so', async () => {
  const refused = await run('outcomes');
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(
    /not pooled[^]*2024-03-05: data: simulated, now real[^]*pool, which counts them together/,
  );
  const pooled = await succeed('outcomes', '--pool');
  expect(pooled.stderr).toContain('1 of 2 sessions are simulated');
  const one = await succeed('outcomes', '--end', SIMULATED);
  expect(one.stderr).toContain('All sessions are simulated');
  expect((await succeed('outcomes', '--start', REAL)).stderr).toBe('');
  expect(documentOf(await run('outcomes', '--pool', '--json'))).toMatchObject({
    sessions: { real: 1, simulated: 1 },
  });
});

test('a date of both is not built, until one of them is out of use', async () => {
  const imported = await succeed('import', join(folder, 'source'));
  expect(imported.stderr).toMatch(/Of .*2024-03-0[67].* there are simulated data and real ones now/);
  const build = ['build', '--symbol', 'ES', '--date', REAL] as const;
  const blocked = await run(...build);
  expect(blocked.code).not.toBe(0);
  expect(blocked.stdout + blocked.stderr).toMatch(/simulated data \(xsim-.* beside real \(glbx-.*raw drop/);
  expect((await succeed('partitions')).stdout).toMatch(/ESH4 2024-03-07 .*blocked/);
  const names = readdirSync(join(folder, 'source')).filter((name) => name.endsWith('.dbn'));
  await succeed('raw', 'drop', ...names);
  await succeed(...build);
  expect((await succeed('outcomes', '--start', REAL)).stderr).toBe('');
});
