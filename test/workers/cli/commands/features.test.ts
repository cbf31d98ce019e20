import { FEATURE_TABLE, FEATURES } from '../../../../graph/vectors/features';
import { spymasterHere } from '../../../support/spymaster';

const run = (...args: string[]) => spymasterHere('features', ...args);

describe('spymaster features', () => {
  it('lists every dimension, the channels of the sequence, and what the words mean', async () => {
    const { stdout, code } = await run();
    for (const { name, formula } of FEATURES) {
      expect(stdout).toContain(` ${name} `);
      expect(stdout).toContain(formula);
    }
    expect(stdout).toContain('channel of the sequence');
    expect(stdout).toContain('the side price runs into');
    expect(code).toBe(0);
  });

  it('explains one', async () => {
    const { stdout, stderr } = await run('velocity_3m');
    expect(stdout).toContain('least-squares slope of x over [3]');
    expect(stdout).toContain('ticks/min');
    expect(stdout).toContain('silver.bars mid');
    expect(stderr).toContain('spymaster features');
  });

  it('lists those whose names contain a text', async () => {
    const { stdout } = await run('imbalance');
    expect(stdout.match(/imbalance_l1\d* /g)!.length).toBeGreaterThan(1);
    expect(stdout).not.toContain('velocity');
    expect(stdout).not.toContain('channel');
  });

  it('--json prints one document', async () => {
    const { stdout, stderr } = await run('--json');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual(['featureTable', 'notation', 'features', 'channels']);
    expect(document).toMatchObject({ featureTable: FEATURE_TABLE, features: FEATURES });
    expect(stderr).toBe('');
    const one = JSON.parse((await run('flip', '--json')).stdout) as { features: unknown[] };
    expect(one.features).toEqual(FEATURES.filter(({ name }) => name === 'flip'));
  });

  it('says what to do about a name there is none of', async () => {
    const { stderr, stdout, code } = await run('nonsense');
    expect(stderr).toMatch(/No dimension is named "nonsense"[^]*spymaster features/);
    expect([stdout, code]).toEqual(['', 2]);
  });
});
