import { ModelRegistry, localWriter, type Writer } from '../../../activities/models/registry';
import { TABLES } from '../../../graph/catalog/declaration';
import { modelVersions } from '../../../graph/models/registry/versionsTable';
import { modelVersionSchema } from '../../../graph/models/registry/modelVersion';
import { Lake } from '../../../lake/lake';
import { damageFile, temporaryFolder } from '../../support/lake';
import { modelVersion } from '../../support/models';

const open = async () => {
  const folder = temporaryFolder();
  // Each as another process would have it: nothing is shared but the folder.
  const registry = async () => new ModelRegistry(await Lake.open(folder, TABLES));
  return { folder, registry };
};
const run = (runId: string, fence: number): Writer => ({ workflowId: 'retrain', runId, fence });
const PERSON = localWriter('ann');

describe('a published version', () => {
  it('is read back as it was written, the ONNX file included', async () => {
    const { registry } = await open();
    const given = modelVersion();
    const record = await (await registry()).publish(given, run('r1', 1));
    expect(record).toMatchObject({ version: 1, workflowId: 'retrain', runId: 'r1' });
    const [read] = await (await registry()).list();
    expect(read).toEqual(record);
    const { onnx, ...rest } = given;
    expect(read).toMatchObject(rest);
    expect([...(await (await registry()).onnx(read))]).toEqual([...onnx]);
  });

  it('is the one there is when the same content is published again, by whomever', async () => {
    const { registry } = await open();
    const first = await (await registry()).publish(modelVersion(), run('r1', 1));
    expect(await (await registry()).publish(modelVersion(), run('r2', 2))).toEqual(first);
    const other = await (await registry()).publish(modelVersion({ seed: 43 }), run('r2', 3));
    expect(other.version).toBe(2);
    expect(await (await registry()).list({ product: 'ES', model: 'logistic' })).toHaveLength(2);
  });

  it('has a number of its own, however many are published at once', async () => {
    const { registry } = await open();
    const published = await Promise.all(
      [1, 2, 3, 4].map(async (seed) =>
        (await registry()).publish(modelVersion({ seed }), run(`r${seed}`, seed)),
      ),
    );
    expect(published.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    const listed = await (await registry()).list();
    expect(listed.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    for (const { version, seed } of published) expect(listed[version - 1].seed).toBe(seed);
  });

  it('is not written by an attempt that a later one of its run has overtaken', async () => {
    const { registry } = await open();
    await (await registry()).publish(modelVersion({ seed: 2 }), run('r1', 2));
    await expect((await registry()).publish(modelVersion({ seed: 1 }), run('r1', 1))).rejects.toMatchObject({
      code: 'Fenced',
    });
    expect(await (await registry()).list()).toHaveLength(1);
  });

  it('is refused with every part that is wrong named', async () => {
    const { registry } = await open();
    const wrong = modelVersion({ model: 'Logistic!', onnx: new Uint8Array() });
    wrong.evaluation.sessions.reverse();
    wrong.metrics.log_loss.value = NaN;
    await expect((await registry()).publish(wrong, PERSON)).rejects.toMatchObject({
      code: 'ContractViolation',
      message: expect.stringMatching(
        /model: [^]*onnx: [^]*metrics\.log_loss\.value: [^]*evaluation\.sessions: /,
      ),
    });
    await expect((await registry()).publish(modelVersion({ product: 'XX' }), PERSON)).rejects.toMatchObject({
      code: 'BadArgument',
    });
  });

  it('is not served when its bytes are others than were published', async () => {
    const { folder, registry } = await open();
    const record = await (await registry()).publish(modelVersion(), PERSON);
    const wrong = { ...record, onnxDigest: 'f'.repeat(64) };
    await expect((await registry()).onnx(wrong)).rejects.toMatchObject({ code: 'CorruptTable' });
    const lake = await Lake.open(folder, TABLES);
    const [file] = (await lake.table(modelVersions).snapshot()).filesOf();
    damageFile(`${folder}/models/versions/${file.path}`);
    await expect((await registry()).onnx(record)).rejects.toMatchObject({ code: 'CorruptTable' });
  });

  it('is refused when the runtime cannot serve it as its signature says', async () => {
    const models = await (await open()).registry();
    await expect(
      models.publish(modelVersion({ onnx: new Uint8Array([1, 2, 3]) }), PERSON),
    ).rejects.toMatchObject({
      code: 'ContractViolation',
      message: expect.stringMatching(/^logistic@1 cannot be served/),
    });
    const narrow = {
      ...modelVersion().signature,
      inputs: [{ name: 'vector', shape: [-1, 12], from: 'vector' as const }],
    };
    await expect(models.publish(modelVersion({ signature: narrow }), PERSON)).rejects.toMatchObject({
      code: 'ContractViolation',
    });
    expect(await models.list()).toEqual([]);
  });

  it('survives its schema unchanged', () => {
    expect(modelVersionSchema.parse(modelVersion())).toEqual(modelVersion());
  });
});

describe('a reference', () => {
  it('names a version, the latest of a model, or who has an alias', async () => {
    const models = await (await open()).registry();
    await models.publish(modelVersion(), PERSON);
    await models.publish(modelVersion({ seed: 2 }), PERSON);
    await models.publish(modelVersion({ model: 'boosting' }), PERSON);
    expect(await models.resolve('ES', 'logistic')).toMatchObject({ model: 'logistic', version: 2 });
    expect(await models.resolve('ES', 'logistic@1')).toMatchObject({ model: 'logistic', version: 1 });
    await expect(models.resolve('ES', 'champion')).rejects.toMatchObject({ code: 'NoInput' });
    await models.changeAlias(
      'ES',
      () => ({
        alias: 'champion',
        target: { model: 'logistic', version: 1 },
        by: 'ann',
        reason: 'first',
        despiteGate: false,
        verdict: null,
      }),
      PERSON,
    );
    expect(await models.resolve('ES', 'champion')).toMatchObject({ model: 'logistic', version: 1 });
    await expect(models.resolve('ES', 'logistic@7')).rejects.toMatchObject({
      code: 'BadArgument',
      message: 'ES has no model logistic@7',
      details: { expected: 'boosting@1, logistic@2' },
    });
    await expect(models.resolve('ES', 'challenger')).rejects.toMatchObject({
      code: 'NoInput',
      message: 'ES has no challenger',
    });
    await expect(models.resolve('ES', 'What?')).rejects.toMatchObject({ code: 'BadArgument' });
    await expect(models.resolve('NOPE', 'champion')).rejects.toMatchObject({ code: 'BadArgument' });
  });
});

describe('the history of aliases', () => {
  const to = (version: number | null) => ({
    alias: 'champion' as const,
    target: version === null ? null : { model: 'logistic', version },
    by: 'ann',
    reason: `to ${version}`,
    despiteGate: false,
    verdict: null,
  });

  it('keeps every change, and the last one holds, by product', async () => {
    const models = await (await open()).registry();
    for (const version of [1, 2, null, 10]) await models.changeAlias('ES', () => to(version), PERSON);
    await models.changeAlias('NQ', () => to(3), PERSON);
    expect((await models.history('ES')).map(({ change, reason }) => [change, reason])).toEqual([
      [1, 'to 1'],
      [2, 'to 2'],
      [3, 'to null'],
      [4, 'to 10'],
    ]);
    expect((await models.aliases('ES')).champion?.target).toEqual({ model: 'logistic', version: 10 });
    expect((await models.aliases('NQ')).champion?.target).toEqual({ model: 'logistic', version: 3 });
    expect((await models.aliases('ES')).challenger).toBeUndefined();
  });

  it('lets nobody decide on a champion that has been replaced meanwhile', async () => {
    const { registry } = await open();
    const [one, other] = [await registry(), await registry()];
    const seen: number[] = [];
    await one.changeAlias(
      'ES',
      async (history) => {
        seen.push(history.length);
        // Another process is faster, once.
        if (seen.length === 1) await other.changeAlias('ES', () => to(9), PERSON);
        return to(history.length + 1);
      },
      PERSON,
    );
    expect(seen).toEqual([0, 1]);
    expect((await one.history('ES')).map(({ reason }) => reason)).toEqual(['to 9', 'to 2']);
  });

  it('writes nothing where nothing is to change', async () => {
    const models = await (await open()).registry();
    const before = await models.aliasesVersion();
    expect(await models.changeAlias('ES', () => null, PERSON)).toBeNull();
    expect(await models.aliasesVersion()).toBe(before);
  });
});

describe('a look', () => {
  it('is taken once a product and month, whoever asks first', async () => {
    const { registry } = await open();
    let taken = 0;
    const take = async () => ({ alpha: 0.01, champion: null, verdicts: {}, by: `look ${++taken}` });
    const looks = await Promise.all(
      [1, 2, 3].map(async () => (await registry()).recordLook('ES', '2024-03', take, PERSON)),
    );
    expect(new Set(looks.map(({ by }) => by)).size).toBe(1);
    await (await registry()).recordLook('ES', '2024-04', take, PERSON);
    await (await registry()).recordLook('NQ', '2024-03', take, PERSON);
    expect((await (await registry()).looks('ES')).map(({ month }) => month)).toEqual(['2024-03', '2024-04']);
  });
});
