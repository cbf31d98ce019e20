/** `/episodes`, `/outcomes`: how price came to levels, what became of it, and what happened the last times. */
import { answersJudged } from '../../../activities/reports/answersJudged';
import { episodeRecord, listEpisodes } from '../../../activities/reports/episodes';
import { outcomeShares } from '../../../activities/reports/outcomeShares';
import { datesByData } from '../../../activities/reports/outcomes';
import {
  episodeAnswer,
  episodePath,
  episodesAnswer,
  episodesQuery,
  outcomesAnswer,
  outcomesQuery,
  precedentsQuery,
} from '../../../graph/api/episodes';
import { answersAnswer, answersQuery } from '../../../graph/api/answers';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { silverLevels } from '../../../graph/levels/levelsTable';
import { goldDistance } from '../../../graph/precedents/distanceTable';
import { opsIndexPins } from '../../../graph/precedents/indexPinsTable';
import { silverBars } from '../../../graph/bars/barsTable';
import { precedentsAnswer } from '../../../graph/precedents/answer';
import { goldNormalisation } from '../../../graph/vectors/normalisationTable';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { goldInferenceResults } from '../../../graph/scoring/inferenceResultsTable';
import { checkRange, requireBuilt } from './named';
import { route, type ApiRoute } from './route';

const list = route({
  path: '/episodes',
  operationId: 'episodes',
  summary: 'Episodes with their outcomes, the latest touch first',
  query: episodesQuery,
  answer: episodesAnswer,
  reads: [opsPartitions, goldEpisodes, goldOutcomes],
  async answerTo({ lake }, { query: { outcome, limit, cursor, ...filter } }) {
    await requireBuilt(lake, filter);
    const [touchAt, ...id] = cursor?.split('/') ?? [];
    const before = touchAt === undefined ? undefined : { touchAt: BigInt(touchAt), id: id.join('/') };
    const { count, episodes } = await listEpisodes(lake, filter, { limit: limit + 1, outcome, before });
    const page = episodes.toReversed().slice(0, limit);
    const last = page.at(-1);
    return {
      count,
      episodes: page,
      next: last && episodes.length > limit ? `${last.touchAt}/${last.id}` : null,
    };
  },
});

const one = route({
  path: '/episodes/:episode',
  operationId: 'episode',
  summary: 'Everything known of an episode: its level, outcomes, and what was unusual',
  params: episodePath,
  answer: episodeAnswer,
  reads: [opsPartitions, goldEpisodes, goldOutcomes, goldVectors, goldNormalisation, silverLevels],
  answerTo: ({ lake }, { params: { episode } }) => episodeRecord(lake, episode),
});

const precedents = route({
  path: '/episodes/:episode/precedents',
  operationId: 'precedents',
  summary: 'How the most similar earlier touches ended, or why that tells nothing',
  params: episodePath,
  query: precedentsQuery,
  answer: precedentsAnswer,
  forms: ['json', 'arrow'],
  reads: [
    opsPartitions,
    opsIndexPins,
    goldEpisodes,
    goldOutcomes,
    goldVectors,
    goldNormalisation,
    goldDistance,
    silverBars,
  ],
  async answerTo(context, { params: { episode }, query: { limit, paths, ...filter }, form }) {
    await requireBuilt(context.lake, filter);
    const question = { episode, filter, limit, paths };
    return { bytes: await context.precedents.ask(question, form === 'arrow' ? 'arrow' : 'json') };
  },
});

const outcomes = route({
  path: '/outcomes',
  operationId: 'outcomes',
  summary: 'How episodes ended: shares of each outcome with 90 % intervals, and the base rate',
  query: outcomesQuery,
  answer: outcomesAnswer,
  reads: [opsPartitions, goldEpisodes, goldOutcomes],
  async answerTo({ lake }, { query: { by, pool, ...filter } }) {
    await requireBuilt(lake, filter);
    const { groups, all } = await outcomeShares(lake, filter, by, pool);
    return { sessions: await datesByData(lake, filter), groups, all };
  },
});

const answers = route({
  path: '/answers',
  operationId: 'answers',
  summary: 'How answers that were given live turned out: how often what was said came true',
  query: answersQuery,
  answer: answersAnswer,
  reads: [goldInferenceResults, goldEpisodes, goldOutcomes],
  async answerTo({ lake }, { query }) {
    checkRange(lake, query);
    return answersJudged(lake, query);
  },
});

export const EPISODE_ROUTES: readonly ApiRoute[] = [list, one, precedents, outcomes, answers];
