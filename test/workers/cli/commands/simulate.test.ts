import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDbn } from '../../../../lake/raw/dbnFile';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, spymaster, startSpymaster } from '../../../support/spymaster';
import { until } from '../../../support/until';

const ARGUMENTS = ['--from', '2024-03-05', '--events', '30000'];

interface Summary {
  symbol: string;
  tradeDates: string[];
  files: { path: string; records: number; bytes: number }[];
  truth: string[];
  touches: number;
  events: number;
  seconds: number;
}

const folder = temporaryFolder();
const run = (...args: string[]) => spymaster({}, 'simulate', ...args);

const simulate = async (name: string, ...args: string[]): Promise<Summary> =>
  documentOf(await run('--out', join(folder, name), ...ARGUMENTS, '--json', ...args));

const contents = (name: string) =>
  Object.fromEntries(
    readdirSync(join(folder, name)).map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, name, file)))
        .digest('hex'),
    ]),
  );

describe('spymaster simulate', () => {
  let summary: Summary;
  beforeAll(async () => (summary = await simulate('first', '--seed', '3')));

  it('writes complete, checked DBN files and the truth beside them, and says so in one JSON document', async () => {
    expect(summary).toMatchObject({ symbol: 'ES', seed: 3, strength: 0.15, tradeDates: ['2024-03-05'] });
    const names = summary.files.map(({ path }) => basename(path));
    expect(names).toEqual([
      'xsim-mdp3-20240304.mbo.dbn.zst',
      'xsim-mdp3-20240304.definition.dbn.zst',
      'xsim-mdp3-20240304.statistics.dbn.zst',
      'xsim-mdp3-20240304.trades.dbn.zst',
      'xsim-mdp3-20240305.mbo.dbn.zst',
      'xsim-mdp3-20240305.definition.dbn.zst',
      'xsim-mdp3-20240305.statistics.dbn.zst',
      'xsim-mdp3-20240305.trades.dbn.zst',
    ]);
    let events = 0;
    for (const { path, records, bytes } of summary.files) {
      const read = await readDbn(path, {});
      expect(read).toMatchObject({ records, fileBytes: bytes, truncated: false, unknown: 0 });
      expect(read.uncheckedFrames).toBe(0);
      if (path.includes('.mbo.')) events += records;
    }
    expect(summary.events).toBe(events);
    const truth = readFileSync(summary.truth[0], 'utf8').trim().split('\n').filter(Boolean);
    expect(truth.length).toBe(summary.touches);
    for (const line of truth)
      expect(JSON.parse(line)).toMatchObject({
        date: '2024-03-05',
        contract: 'ESH4',
        strength: 0.15,
        seed: 3,
      });
  });

  it('writes the same bytes for the same arguments', async () => {
    await simulate('again', '--seed', '3');
    expect(contents('again')).toEqual(contents('first'));
    await simulate('other', '--seed', '4');
    expect(contents('other')).not.toEqual(contents('first'));
  });

  it('writes plain files that hold the same, and none of options unless wanted', async () => {
    const { files } = await simulate('plain', '--seed', '3', '--plain', '--no-options');
    expect(files.some(({ path }) => path.includes('.trades.'))).toBe(false);
    const plain = files.find(({ path }) => path.endsWith('20240305.mbo.dbn'))!;
    const decoded = await readDbn(plain.path, {});
    const compressed = await readDbn(join(folder, 'first', 'xsim-mdp3-20240305.mbo.dbn.zst'), {});
    expect(decoded.encoding).toBe('plain');
    expect(decoded.streamBytes).toBe(compressed.streamBytes);
    expect(decoded.records).toBe(compressed.records);
  });

  it('reports how the market behaves beside a real one', async () => {
    const out = ['--out', join(folder, 'reported'), ...ARGUMENTS, '--no-options', '--report'];
    const { stdout } = await run(...out);
    expect(stdout).toMatch(/regular hours +simulated ES +real ES\n/);
    expect(stdout).toMatch(/CHOP +\d+ % +24 %\n/);
    const { figures, realES } = documentOf<Record<'figures' | 'realES', { touches: number }>>(
      await run(...out, '--force', '--json'),
    );
    expect(figures.touches).toBeGreaterThan(0);
    expect(realES.touches).toBe(24.36);
  });

  it('leaves no half file when it is interrupted', async () => {
    const out = join(folder, 'interrupted');
    const args = ['--out', out, '--from', '2024-03-05', '--size', 'extreme'];
    const simulation = startSpymaster({}, 'simulate', ...args);
    const begun = () =>
      readdirSync(out, { recursive: true }).some((name) => name.toString().endsWith('.mbo.dbn.zst'));
    await until(() => existsSync(out) && begun());
    simulation.process.kill('SIGINT');
    expect((await simulation.finished).code).toBe(130);
    expect(readdirSync(out)).toEqual([]);
  });

  it('overwrites only when told to, and then all files of the days', async () => {
    await simulate('kept', '--seed', '3');
    const before = contents('kept');
    const out = join(folder, 'kept');
    const refused = await run('--out', out, '--from', '2024-03-04', '--events', '30000', '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: {
        code: 'BadArgument',
        message: expect.stringContaining('20240304.definition.dbn.zst') as string,
        expected: expect.stringContaining('--force') as string,
      },
    });
    expect(contents('kept')).toEqual(before);
    writeFileSync(join(out, 'notes.txt'), 'mine');
    await simulate('kept', '--seed', '3', '--plain', '--no-options', '--force');
    const names = readdirSync(out);
    expect(names.filter((name) => /zst$|trades/.test(name))).toEqual([]);
    expect(names.filter((name) => name.endsWith('.dbn'))).toHaveLength(6);
    expect(names).toContain('notes.txt');
  });

  it('refuses wrong values by name', async () => {
    const refusals: [string[], RegExp][] = [
      [['--from', '2024-13-01'], /2024-13-01.* is invalid. It must be a day/],
      [['--symbol', 'ZZ'], /no product "ZZ"/],
      [['--strength', '2'], /It must be from 0 to 1/],
      [['--out', '/dev/null/here'], /Cannot write into \/dev\/null\/here/],
      [['--size', 'huge'], /Allowed choices are small, quiet, normal, extreme/],
    ];
    for (const [args, message] of refusals) {
      const refused = await run('--out', join(folder, 'refused'), '--from', '2024-03-05', ...args);
      expect(refused.stderr).toMatch(message);
      expect(refused.code).not.toBe(0);
    }
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});
