/** `/models`: trained models, how they were judged, and two of them side by side. */
import { comparedWith, modelCard } from '../../../activities/models/cards';
import { ModelRegistry } from '../../../activities/models/registry';
import {
  comparisonAnswer,
  comparisonQuery,
  modelAnswer,
  modelPath,
  modelsAnswer,
  productQuery,
} from '../../../graph/api/models';
import { SpymasterError } from '../../../graph/errors';
import { ALIASES, modelAliases } from '../../../graph/models/registry/aliasesTable';
import { modelLooks } from '../../../graph/models/registry/looksTable';
import { versionText } from '../../../graph/models/registry/modelVersion';
import { modelVersions } from '../../../graph/models/registry/versionsTable';
import { checkRange } from './named';
import { route, type ApiRoute } from './route';

const READS = [modelVersions, modelAliases, modelLooks];

const list = route({
  path: '/models',
  operationId: 'models',
  summary: 'Versions of every model of a product, and which of them is champion',
  query: productQuery,
  answer: modelsAnswer,
  reads: READS,
  async answerTo({ lake }, { query: { product } }) {
    checkRange(lake, { product });
    const registry = new ModelRegistry(lake);
    const [records, aliases, looks] = [
      await registry.list({ product }),
      await registry.aliases(product),
      await registry.looks(product),
    ];
    const champion = aliases.champion?.target;
    return {
      product,
      champion: champion ? versionText(champion) : null,
      models: records.map((record) => {
        const version = versionText(record);
        const { sessions } = record.evaluation;
        const look = looks.findLast(({ verdicts }) => version in verdicts);
        return {
          version,
          sessions: sessions.length,
          episodes: sessions.reduce((sum, { n }) => sum + n, 0),
          metrics: record.metrics,
          createdAt: record.createdAt,
          aliases: ALIASES.filter((alias) => {
            const target = aliases[alias]?.target;
            return target && versionText(target) === version;
          }),
          edge: look?.verdicts[version].passed ?? null,
        };
      }),
    };
  },
});

const card = route({
  path: '/models/:model',
  operationId: 'model',
  summary: 'The card of a version: data, figures, reliability, when not to trust it; and its promotions',
  params: modelPath,
  query: productQuery,
  answer: modelAnswer,
  reads: READS,
  async answerTo({ lake }, { params: { model }, query: { product } }) {
    checkRange(lake, { product });
    const registry = new ModelRegistry(lake);
    const record = await registry.resolve(product, model);
    const version = versionText(record);
    const history = await registry.history(product);
    return {
      ...(await modelCard(registry, record)),
      history: history.filter(({ target }) => target && versionText(target) === version),
    };
  },
});

const comparison = route({
  path: '/models/:model/comparison',
  operationId: 'comparison',
  summary: 'Two versions on the sessions both were scored on',
  params: modelPath,
  query: comparisonQuery,
  answer: comparisonAnswer,
  reads: READS,
  async answerTo({ lake }, { params: { model }, query: { product, with: named } }) {
    checkRange(lake, { product });
    const registry = new ModelRegistry(lake);
    const record = await registry.resolve(product, model);
    const other = await registry.resolve(product, named);
    if (versionText(record) === versionText(other))
      throw new SpymasterError('BadArgument', `${versionText(record)} cannot be compared with itself`, {
        field: 'with',
        expected: 'another version',
      });
    return {
      model: versionText(record),
      other: versionText(other),
      comparison: comparedWith(record, other),
      metrics: [record.metrics, other.metrics],
      parameters: [record.parameters, other.parameters],
    };
  },
});

export const MODEL_ROUTES: readonly ApiRoute[] = [list, card, comparison];
