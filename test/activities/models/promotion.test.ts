import { lookFor, promote, rollBack } from '../../../activities/models/promotion';
import { ModelRegistry, localWriter } from '../../../activities/models/registry';
import { TABLES } from '../../../graph/catalog/declaration';
import { alphaOfLook } from '../../../graph/models/alphaSpending';
import type { NewModelVersion } from '../../../graph/models/registry/modelVersion';
import { Random } from '../../../graph/random/random';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { modelVersion, scored, sessionDates } from '../../support/models';

const WRITER = localWriter('ann');
const MARCH = sessionDates(60, '2024-02-01'); // ends 2024-03-31
const APRIL = sessionDates(90, '2024-02-01'); // ends 2024-04-30

async function registryWith(...versions: NewModelVersion[]): Promise<ModelRegistry> {
  const registry = new ModelRegistry(await Lake.open(temporaryFolder(), TABLES));
  for (const version of versions) await registry.publish(version, WRITER);
  return registry;
}

/** A version scored on sessions with a gain; equal seeds give equal luck. */
function version(model: string, gain: number, dates = MARCH, luck = 1): NewModelVersion {
  const sessions = scored(dates, { gain }, new Random(luck));
  const base = modelVersion();
  return modelVersion({
    model,
    training: { ...base.training, snapshot: `to ${dates.at(-1)}` },
    evaluation: { ...base.evaluation, sessions },
  });
}

const request = (
  reference: string,
  more: { despiteGate?: string; alias?: 'champion' | 'challenger' } = {},
) => ({
  product: 'ES',
  reference,
  alias: 'champion' as const,
  by: 'ann',
  ...more,
});

describe('promotion', () => {
  it('makes a version champion for which the gate opens, with what it found and why', async () => {
    const registry = await registryWith(version('logistic', 0.1), version('boosting', -0.1));
    const { change, verdict } = await promote(registry, request('logistic'), WRITER);
    expect(verdict?.passed).toBe(true);
    expect(change).toMatchObject({
      change: 1,
      alias: 'champion',
      target: { model: 'logistic', version: 1 },
      despiteGate: false,
      by: 'ann',
      reason: expect.stringContaining('the look of 2024-03: An edge is shown.'),
    });
    const [look] = await registry.looks('ES');
    expect(look).toMatchObject({ month: '2024-03', champion: null, alpha: alphaOfLook('2024-03', []) });
    expect(Object.keys(look.verdicts).sort()).toEqual(['boosting@1', 'logistic@1']);
    expect(await promote(registry, request('logistic@1'), WRITER)).toEqual({ change: null, verdict: null });
  });

  it('is refused below the gate with its words, unless somebody insists, whose reason is kept', async () => {
    const registry = await registryWith(version('logistic', -0.01));
    await expect(promote(registry, request('logistic'), WRITER)).rejects.toMatchObject({
      code: 'QualityBlocked',
      message: expect.stringMatching(/logistic@1 is not promoted\.\n {2}No edge shown\.\n {2}Over the /),
    });
    expect(await registry.history('ES')).toEqual([]);
    const { change } = await promote(registry, request('logistic', { despiteGate: 'a trial' }), WRITER);
    expect(change).toMatchObject({ despiteGate: true, reason: 'a trial', verdict: { passed: false } });
    expect((await registry.looks('ES')).length).toBe(1);
  });

  it('does not look at a second version in a month that was looked at', async () => {
    const registry = await registryWith(version('logistic', -0.01));
    await expect(promote(registry, request('logistic'), WRITER)).rejects.toMatchObject({
      code: 'QualityBlocked',
    });
    await registry.publish(version('logistic', 0.2, MARCH, 2), WRITER);
    await expect(promote(registry, request('logistic@2'), WRITER)).rejects.toMatchObject({
      code: 'QualityBlocked',
      message: expect.stringContaining(
        'It was no candidate of the look of 2024-03, which was taken: logistic@1.',
      ),
    });
    await registry.publish(version('logistic', 0.2, APRIL, 2), WRITER);
    expect((await promote(registry, request('logistic@3'), WRITER)).verdict?.passed).toBe(true);
  });

  it('compares with the champion there is, and not with one that has been replaced', async () => {
    const registry = await registryWith(version('logistic', 0.1), version('boosting', 0.11));
    await promote(registry, request('logistic'), WRITER);
    // Both passed the same look, but boosting was never compared with logistic.
    await expect(promote(registry, request('boosting'), WRITER)).rejects.toMatchObject({
      message: expect.stringContaining(
        'It was compared with no champion at the look of 2024-03, and logistic@1 is champion now.',
      ),
    });
    await registry.publish(version('boosting', 0.2, APRIL), WRITER);
    const { verdict } = await promote(registry, request('boosting@2'), WRITER);
    expect(verdict?.comparisons.map(({ against }) => against)).toContain('champion');
  });

  it('judges the latest version of each model of the same snapshot together', async () => {
    const registry = await registryWith(
      version('logistic', 0.1),
      version('logistic', 0.1, MARCH, 2),
      version('boosting', 0.1),
      version('transformer', 0.1, APRIL),
    );
    const look = await lookFor(registry, await registry.resolve('ES', 'logistic'), 'ann', WRITER);
    expect(Object.keys(look.verdicts).sort()).toEqual(['boosting@1', 'logistic@2']);
  });

  it('makes a challenger without asking the gate', async () => {
    const registry = await registryWith(version('logistic', -1));
    await promote(registry, request('logistic', { alias: 'challenger' }), WRITER);
    expect((await registry.aliases('ES')).challenger?.target?.model).toBe('logistic');
    expect(await registry.looks('ES')).toEqual([]);
  });
});

describe('a rollback', () => {
  const back = { product: 'ES', alias: 'champion' as const, reason: 'it errs', by: 'ann' };

  it('gives the alias back to who had it before, with what the gate had found', async () => {
    const registry = await registryWith(version('logistic', 0.1), version('boosting', 0.2, APRIL));
    await promote(registry, request('logistic'), WRITER);
    await promote(registry, request('boosting'), WRITER);
    const change = await rollBack(registry, back, WRITER);
    expect(change).toMatchObject({
      change: 3,
      target: { model: 'logistic', version: 1 },
      reason: 'rolled back: it errs',
      despiteGate: false,
      verdict: { passed: true },
    });
    expect(await registry.history('ES')).toHaveLength(3);
  });

  it('can leave no champion at all, or name one', async () => {
    const registry = await registryWith(version('logistic', 0.1), version('boosting', -1));
    await promote(registry, request('logistic'), WRITER);
    expect((await rollBack(registry, back, WRITER)).target).toBeNull();
    // Nobody has found boosting worth it: it is champion despite the gate.
    const named = await rollBack(registry, { ...back, to: 'boosting' }, WRITER);
    expect(named).toMatchObject({ target: { model: 'boosting' }, despiteGate: true });
    expect((await rollBack(registry, { ...back, to: 'none' }, WRITER)).target).toBeNull();
  });

  it('has nothing to do where there never was one', async () => {
    await expect(rollBack(await registryWith(), back, WRITER)).rejects.toMatchObject({ code: 'NoInput' });
  });
});
