/** How the lake is: partitions, quality, lineage, dead letters, settings. */
import type { PartitionRow } from '../../../activities/planning/partitionGrid';
import { lineageOf, type LineageNode } from '../../../activities/reports/lineage';
import {
  deadLettersAnswer,
  deadLettersQuery,
  lineageAnswer,
  lineageQuery,
  partitionsAnswer,
  partitionsQuery,
  qualityAnswer,
  settingsAnswer,
} from '../../../graph/api/operations';
import { sessionPath } from '../../../graph/api/sessions';
import { silverBars } from '../../../graph/bars/barsTable';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { SpymasterError } from '../../../graph/errors';
import { LEVEL_KINDS, LEVEL_MEANINGS } from '../../../graph/levels/kinds';
import { withLevels } from '../../../graph/levels/chosenLevels';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { bronzeDeadLetters } from '../../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { settingsFor } from '../../../graph/settings';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { readChosenLevels } from '../../../lake/chosenLevels';
import { listLetters } from '../../../lake/deadLetters/letters';
import { checkRange, requirePossible } from './named';
import { route, type ApiRoute } from './route';

const partitions = route({
  path: '/partitions',
  operationId: 'partitions',
  summary: 'The state of every partition, layer by layer: what is stale and because of what, warnings',
  query: partitionsQuery,
  answer: partitionsAnswer,
  reads: [opsPartitions, qualityChecks],
  async answerTo({ lake, grid }, { query: { limit, cursor = '0', ...filter } }) {
    checkRange(lake, filter);
    const { product, contract, start, end, layer, status, stale } = filter;
    const isAsked = (row: PartitionRow) =>
      (product === undefined || row.product === product) &&
      (contract === undefined || row.contract === contract) &&
      (start === undefined || (row.tradeDate ?? start) >= start) &&
      (end === undefined || (row.tradeDate ?? end) <= end) &&
      (layer === undefined || row.layer === layer) &&
      (status === undefined || row.status === status) &&
      (stale === undefined || row.because.length > 0 === stale);
    const { rows, ...page } = pageOf((await grid.rows()).filter(isAsked), limit, cursor);
    return { ...page, partitions: rows };
  },
});

/** A part of a list, and how much of it there is. @param cursor how many came before, as text */
function pageOf<Row>(all: readonly Row[], limit: number, cursor: string) {
  const from = Number(cursor);
  const next = from + limit < all.length ? String(from + limit) : null;
  return { count: all.length, rows: all.slice(from, from + limit), next };
}

const quality = route({
  path: '/sessions/:contract/:date/quality',
  operationId: 'quality',
  summary: 'The quality of the data of a contract-date; the first answer takes seconds',
  params: sessionPath,
  answer: qualityAnswer,
  reads: [opsPartitions, qualityChecks, bronzeMbo, bronzeDeadLetters, silverBars, goldVectors],
  async answerTo({ lake, reports }, { params: { contract, date } }) {
    requirePossible(lake, contract, date);
    return reports.quality(contract, date);
  },
});

const lineage = route({
  path: '/lineage',
  operationId: 'lineage',
  summary: 'What a partition was computed from, down to the raw files',
  query: lineageQuery,
  answer: lineageAnswer,
  reads: TABLES,
  async answerTo({ lake }, { query: { table, key } }) {
    const root = await lineageOf(lake, DATASET_GRAPH, table, key).catch((error: unknown) => {
      throw error instanceof SpymasterError && error.code === 'UnknownTable'
        ? new SpymasterError('BadArgument', error.message, { ...error.details, field: 'table' })
        : error;
    });
    const nodes = new Map<string, object>();
    const add = (node: LineageNode): void => {
      const { upstream, ...rest } = node;
      if (nodes.has(idOf(node))) return;
      nodes.set(idOf(node), { id: idOf(node), ...rest, upstream: [...new Set(upstream.map(idOf))] });
      upstream.forEach(add);
    };
    add(root);
    return { root: idOf(root), nodes: [...nodes.values()] };
  },
});

const idOf = ({ dataset, key }: LineageNode): string => `${dataset} ${key}`;

const deadLetters = route({
  path: '/dead-letters',
  operationId: 'deadLetters',
  summary: 'Records that could not be used, and why',
  query: deadLettersQuery,
  answer: deadLettersAnswer,
  reads: [bronzeDeadLetters],
  async answerTo({ lake }, { query: { contract, date, reason, limit, cursor = '0' } }) {
    checkRange(lake, { contract, start: date });
    const letters = await listLetters(lake, { contract, tradeDate: date, reason });
    const byReason: Record<string, number> = {};
    for (const { reason } of letters) byReason[reason as string] = (byReason[reason as string] ?? 0) + 1;
    const { rows, ...page } = pageOf(letters, limit, cursor);
    return { ...page, byReason, letters: rows };
  },
});

const settings = route({
  path: '/settings',
  operationId: 'settings',
  summary: 'Products, levels and bands as they are configured, and chosen',
  answer: settingsAnswer,
  reads: null,
  async answerTo({ lake, settings }) {
    const chosen = await readChosenLevels(lake.store);
    const features = withLevels(settings.features, chosen);
    const { kinds, userPrices } = features.levels;
    return {
      chosen: chosen ? { version: chosen.version, at: chosen.at, configured: chosen.levels === null } : null,
      products: lake.products.all.map((product) => {
        const { root, name, exchange, tickNanos, multiplier, currency } = product;
        const { levels, episodes } = settingsFor(features, product);
        const { approachTicks, touchTicks, rearmTicks, barrierTicks } = episodes;
        return {
          root,
          name,
          exchange,
          tickNanos,
          multiplier,
          currency,
          bands: { approachTicks, touchTicks, rearmTicks, barrierTicks },
          roundStepTicks: levels.roundStepTicks,
          userPrices: userPrices[root] ?? [],
        };
      }),
      levelKinds: LEVEL_KINDS.map((kind) => ({
        kind,
        meaning: LEVEL_MEANINGS[kind],
        watched:
          kind === 'USER'
            ? Object.values(userPrices).some((prices) => prices.length > 0)
            : (kinds as readonly string[]).includes(kind),
      })),
      barSeconds: features.bars.seconds,
      sessionWindow: features.episodes.sessionWindow,
      horizonMinutes: features.episodes.horizonMinutes,
      primaryHorizonMinutes: features.episodes.primaryHorizonMinutes,
      timeOfDayMinutes: features.episodes.timeOfDayMinutes,
    };
  },
});

export const OPERATION_ROUTES: readonly ApiRoute[] = [partitions, quality, lineage, deadLetters, settings];
