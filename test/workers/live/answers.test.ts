import { Registry } from 'prom-client';
import { EVEN_WEIGHTS } from '../../../graph/precedents/distance';
import { versioned } from '../../../graph/precedents/distanceTable';
import { OrderedEpisodes } from '../../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../../graph/precedents/precedentIndex';
import type { ScoreRow } from '../../../graph/scoring/request';
import { missingFact } from '../../../graph/scoring/rowParts';
import { frameOf } from '../../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { measuredBy } from '../../../activities/models/measured';
import { Answers } from '../../../workers/live/answers';
import { LiveMetrics } from '../../../workers/live/liveMetrics';
import { triggerLike } from '../../../workers/live/triggerLike';
import { AS_IT_IS, pastEpisodes } from '../../graph/precedents/pastEpisodes';

const EPISODES = pastEpisodes(1, { sessions: 30, perSession: 4 });
const FRAME = frameOf({ contract: 'ESM4', tradeDate: '2024-04-03', settings: DEFAULT_SETTINGS });
const FITTED = {
  weights: EVEN_WEIGHTS,
  learned: [],
  expected: new Float32Array(0),
  strength: Infinity,
  gain: null,
  directionGain: null,
  distances: [],
};
const INDEX = {
  index: new PrecedentIndex(new OrderedEpisodes(EPISODES), AS_IT_IS, EVEN_WEIGHTS),
  distance: versioned(FITTED, { sessions: 0, episodes: 0, leftOut: 0 }),
  product: 'ES',
  asOf: FRAME.tradeDate,
  settingsVersion: 'as they are',
};
const EVENT = triggerLike(EPISODES[7], FRAME);

function answersOf(index: ConstructorParameters<typeof Answers>[1] = INDEX) {
  const asked: ScoreRow[] = [];
  const models = {
    problemsOf: () => [],
    score: (rows: readonly ScoreRow[]) => {
      asked.push(...rows);
      return Promise.reject(new Error('the model fails'));
    },
  };
  const registry = new Registry();
  return { answers: new Answers(models, index, new LiveMetrics(FRAME.contract, registry)), asked, registry };
}

it('tries itself with touches of every kind that a model can be asked about, and tells nobody', async () => {
  const { answers, asked, registry } = answersOf();
  const before = await registry.metrics();
  await answers.warmUp(FRAME);
  expect(await registry.metrics()).toBe(before);
  expect(new Set(asked.map(({ level }) => level))).toEqual(new Set(EPISODES.map((one) => one.levelKind)));
  const measured = measuredBy(DEFAULT_SETTINGS, FRAME.product);
  for (const row of asked)
    for (const part of ['baseline', 'sequence'] as const)
      expect(missingFact(row, part, measured)).toBeUndefined();
});

it('says afterwards what it would have said before', async () => {
  const [cold, warm] = [answersOf(), answersOf()];
  await warm.answers.warmUp(FRAME);
  const [one, other] = await Promise.all([cold, warm].map(({ answers }) => answers.of(EVENT, FRAME, 1n)));
  const { latency: _, ...said } = other;
  expect(one).toMatchObject(said);
  expect(said).toMatchObject({ model: { missing: 'the model fails' }, precedents: { n: 50 } });
});

it('has nothing to try itself with where there is no index', async () => {
  const { answers, asked } = answersOf({ missing: 'no index' });
  await answers.warmUp(FRAME);
  expect(asked).toEqual([]);
});
