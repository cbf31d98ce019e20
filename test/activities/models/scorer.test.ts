import { promote, rollBack } from '../../../activities/models/promotion';
import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { Scorer } from '../../../activities/models/scorer';
import { ServedModel } from '../../../activities/models/servedModel';
import { TABLES } from '../../../graph/catalog/declaration';
import { BASELINE_FEATURES } from '../../../graph/models/baselineFeatures';
import { logisticNode, scaledNode } from '../../../graph/models/onnx/layers';
import { scorerOnnx } from '../../../graph/models/onnx/scorer';
import type { NewModelVersion } from '../../../graph/models/registry/modelVersion';
import type { ScoreRow } from '../../../graph/scoring/request';
import { FEATURE_TABLE, FEATURES } from '../../../graph/vectors/features';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { modelVersion, servableOnnx } from '../../support/models';

const WRITER = localWriter('ann');
const PRODUCT = 'ES';

const row = (first: number | null, more: Partial<ScoreRow> = {}): ScoreRow => ({
  level: 'PM_HIGH',
  direction: 'UP',
  timeOfDay: 'T0_15',
  featureTable: FEATURE_TABLE,
  vector: FEATURES.map((_, k) => (k === 0 ? first : null)),
  ...more,
});

/** Probability of BREAK of a logit over two others of zero. */
const breakOf = (logit: number) => Math.exp(logit) / (Math.exp(logit) + 2);

async function lakeWith(...onnx: Uint8Array[]) {
  const lake = await Lake.open(temporaryFolder(), TABLES);
  const registry = new ModelRegistry(lake);
  for (const file of onnx) await registry.publish(modelVersion({ onnx: file }), WRITER);
  const makeChampion = (reference: string) =>
    promote(
      registry,
      { product: PRODUCT, reference, alias: 'champion', by: 'ann', despiteGate: 'a test' },
      WRITER,
    );
  return { lake, registry, makeChampion };
}

describe('a scorer', () => {
  it('forecasts base rates and says so where there is no champion, of a lake that has nothing even', async () => {
    const { lake } = await lakeWith();
    const scorer = await Scorer.open(lake, 'ES');
    const [forecast] = await scorer.score([row(1, { episodeId: 'e1', featureTable: 'any' })]);
    expect(forecast).toMatchObject({
      episodeId: 'e1',
      basis: 'base rate',
      probabilities: {
        BREAK: expect.closeTo(1 / 3),
        REJECT: expect.closeTo(1 / 3),
        CHOP: expect.closeTo(1 / 3),
      },
      edge: { shown: false, direction: false, words: 'no edge shown: base rates' },
      baseRate: { partition: 'PM_HIGH-UP-T0_15', n: 0, sessions: 0 },
      versions: {
        model: null,
        index: null,
        features: 'any',
        settings: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    });
    expect(forecast.baseRate.shares.CHOP).toEqual({ share: null, low: 0, high: 1 });
    expect(scorer.problemsOf([row(1, { featureTable: 'any' }), row(1, { timeOfDay: 'OVERNIGHT' })])).toEqual(
      [],
    );
    expect(scorer.problemsOf([row(1, { timeOfDay: 'T1' })])).toEqual([
      {
        row: 0,
        problem: { field: 'timeOfDay', message: expect.stringContaining('T120_CLOSE, HALT') as string },
      },
    ]);
    await scorer.close();
  });

  it("forecasts by the champion, with the gate's word and all versions", async () => {
    const { lake, makeChampion } = await lakeWith(servableOnnx(1, 0.5));
    await makeChampion('logistic');
    const scorer = await Scorer.open(lake, 'ES');
    const forecasts = await scorer.score([row(2), row(-1), row(null)]);
    for (const [k, logit] of [2.5, -0.5, 0.5].entries())
      expect(forecasts[k].probabilities.BREAK).toBeCloseTo(breakOf(logit), 6);
    expect(forecasts[0]).toMatchObject({
      basis: 'model',
      edge: { shown: true, direction: false },
      versions: {
        model: 'ES logistic@1',
        index: null,
        features: FEATURE_TABLE,
        settings: modelVersion().settingsVersion,
      },
    });
    await scorer.close();
  });

  it('names what keeps a row from being scored', async () => {
    const { lake, makeChampion } = await lakeWith(servableOnnx());
    await makeChampion('logistic');
    const scorer = await Scorer.open(lake, 'ES');
    const problems = scorer.problemsOf([
      row(1),
      row(1, { product: 'NQ' }),
      row(1, { featureTable: '1-old' }),
      row(1, { vector: [1, 2] }),
    ]);
    expect(problems.map(({ row, problem }) => [row, problem.field])).toEqual([
      [1, 'product'],
      [2, 'featureTable'],
      [3, 'vector'],
    ]);
    expect(problems[1].problem.message).toContain(FEATURE_TABLE);
    await scorer.close();
    await expect(Scorer.open(lake, 'XX')).rejects.toMatchObject({ code: 'BadArgument' });
  });

  it('exchanges the champion while forecasts are under way, each whole by one of them', async () => {
    const { lake, registry, makeChampion } = await lakeWith(servableOnnx(1, 3), servableOnnx(1, -3));
    await makeChampion('logistic@1');
    const scorer = await Scorer.open(lake, 'ES');
    expect(await scorer.refresh()).toBe(false);
    const before = Array.from({ length: 50 }, () => scorer.score([row(0), row(0)]));
    await makeChampion('logistic@2');
    const swap = scorer.refresh();
    const meanwhile = Array.from({ length: 50 }, () => scorer.score([row(0), row(0)]));
    expect(await swap).toBe(true);
    const after = await scorer.score([row(0)]);
    for (const forecasts of await Promise.all([...before, ...meanwhile])) {
      const [first, second] = forecasts;
      const expected = breakOf(first.versions.model === 'ES logistic@1' ? 3 : -3);
      expect(first.probabilities.BREAK).toBeCloseTo(expected, 5);
      expect(second.versions).toEqual(first.versions);
      expect(second.probabilities).toEqual(first.probabilities);
    }
    expect(after[0].versions.model).toBe('ES logistic@2');
    await rollBack(
      registry,
      { product: 'ES', alias: 'champion', to: 'none', reason: 'x', by: 'ann' },
      WRITER,
    );
    expect(await scorer.refresh()).toBe(true);
    expect((await scorer.score([row(0)]))[0].basis).toBe('base rate');
    await scorer.close();
  });

  it('serves a version that is named, whoever is champion, with what the gate said of that', async () => {
    const { lake, makeChampion } = await lakeWith(servableOnnx(1, 3), servableOnnx(1, -3));
    const never = await Scorer.open(lake, 'ES', undefined, 'logistic@1');
    expect(never.model).toBe('logistic@1');
    expect(never.edge).toEqual({
      shown: false,
      direction: false,
      words: 'no edge shown: logistic@1 was never promoted',
    });
    await makeChampion('logistic@1');
    await never.refresh();
    expect(never.edge.shown).toBe(true);
    await makeChampion('logistic@2');
    expect(await never.refresh()).toBe(false);
    const [forecast] = await never.score([row(0)]);
    expect(forecast.versions.model).toBe('ES logistic@1');
    expect(forecast.probabilities.BREAK).toBeCloseTo(breakOf(3), 6);
    await never.close();
    // An alias is what it means when it is opened.
    const champion = await Scorer.open(lake, 'ES', undefined, 'champion');
    await makeChampion('logistic@1');
    await champion.refresh();
    expect(champion.model).toBe('logistic@2');
    await champion.close();
    await expect(Scorer.open(lake, 'ES', undefined, 'logistic@9')).rejects.toMatchObject({
      code: 'BadArgument',
    });
  });

  it('keeps the old champion where the new one cannot be served', async () => {
    const { lake, registry, makeChampion } = await lakeWith(servableOnnx());
    await makeChampion('logistic@1');
    const scorer = await Scorer.open(lake, 'ES');
    const broken = jest.spyOn(ModelRegistry.prototype, 'onnx').mockResolvedValue(new Uint8Array([1]));
    await registry.publish(modelVersion({ onnx: servableOnnx(2) }), WRITER);
    await makeChampion('logistic@2');
    await expect(scorer.refresh()).rejects.toMatchObject({ code: 'ContractViolation' });
    expect((await scorer.score([row(0)]))[0].versions.model).toBe('ES logistic@1');
    broken.mockRestore();
    expect(await scorer.refresh()).toBe(true);
    expect(scorer.model).toBe('logistic@2');
    await scorer.close();
  });
});

describe('a champion upon the baseline', () => {
  /** Logit of BREAK: the distance of the touch in barriers. */
  const onnx = scorerOnnx(
    {
      inputs: { baseline: [BASELINE_FEATURES.length] },
      classes: 3,
      candidate: (graph, { baseline }) => {
        const weights = Float64Array.from({ length: 3 * BASELINE_FEATURES.length }, (_, k) =>
          k === BASELINE_FEATURES.indexOf('distance') ? 1 : 0,
        );
        const scaling = {
          centers: new Float32Array(BASELINE_FEATURES.length),
          factors: new Float32Array(BASELINE_FEATURES.length).fill(1),
          limit: 4,
        };
        return logisticNode(
          graph,
          scaledNode(graph, baseline, scaling, 'b'),
          { features: BASELINE_FEATURES.length, classes: 3, weights, intercepts: new Float64Array(3) },
          'l',
        );
      },
    },
    { name: 'test', metadata: {} },
  );
  const signature = {
    inputs: [{ name: 'baseline', shape: [-1, BASELINE_FEATURES.length], from: 'baseline' as const }],
    output: { name: 'probabilities', shape: [-1, 3] },
  };
  const facts = { touchDistance: -5, minutesSinceOpen: 7, minutesToClose: 380 };

  const champion = async (more: Partial<NewModelVersion> = {}) => {
    const { lake, registry, makeChampion } = await lakeWith();
    await registry.publish(modelVersion({ onnx, signature, ...more }), WRITER);
    await makeChampion('logistic');
    return Scorer.open(lake, PRODUCT);
  };

  it('is fed what training computes of the same facts, and names those that are missing', async () => {
    const scorer = await champion();
    expect(scorer.problemsOf([row(1, facts), row(1, { ...facts, minutesToClose: undefined })])).toEqual([
      { row: 1, problem: { field: 'minutesToClose', message: expect.stringContaining('gold.episodes') } },
    ]);
    const [forecast] = await scorer.score([row(1, facts)]);
    expect(forecast.probabilities.BREAK).toBeCloseTo(breakOf(-5 / 20), 6);
    await scorer.close();
  });

  it('is not asked where outcomes are measured by other settings', async () => {
    const scorer = await champion({ settingsVersion: 'others' });
    const [forecast] = await scorer.score([row(1)]);
    expect(forecast).toMatchObject({
      basis: 'base rate',
      edge: { shown: false, words: 'no edge shown: logistic@1 was trained by other settings; base rates' },
    });
    await scorer.close();
  });
});

describe('a served model', () => {
  it('gives every asker its own rows, however many ask at once', async () => {
    const { signature } = modelVersion();
    const model = await ServedModel.open(servableOnnx(1), signature, { model: 'logistic', version: 1 });
    const asked = Array.from({ length: 300 }, (_, i) =>
      Array.from({ length: (i % 5) + 1 }, (_, k) => ({ vector: row((i + k) / 100 - 1).vector })),
    );
    const answers = await Promise.all(asked.map((rows) => model.probabilities(rows)));
    answers.forEach((shares, i) => {
      expect(shares).toHaveLength(3 * asked[i].length);
      asked[i].forEach(({ vector }, k) => expect(shares[3 * k]).toBeCloseTo(breakOf(vector[0]!), 5));
    });
    const last = model.probabilities([{ vector: row(1).vector }]);
    await model.close();
    expect((await last)[0]).toBeCloseTo(breakOf(1), 5);
  });
});
