import { answersJudged } from '../../../activities/reports/answersJudged';
import { answersAnswer, answersQuery } from '../../../graph/api/answers';
import { TABLES } from '../../../graph/catalog/declaration';
import { goldOutcomes } from '../../../graph/episodes/episodeTables';
import type { Row } from '../../../graph/datasets/schema';
import { goldInferenceResults } from '../../../graph/scoring/inferenceResultsTable';
import { Lake } from '../../../lake/lake';
import { anyRow } from '../../support/anyRow';
import { commitOptions, temporaryFolder } from '../../support/lake';
import { TableBuilder } from '../../support/tables';

let lake: Lake;

/** Ten answers to touches and one to an approach, of two sessions. */
beforeAll(async () => {
  lake = await Lake.open(temporaryFolder(), TABLES);
  const days = ['2024-03-05', '2024-03-06'];
  for (const [d, day] of days.entries()) {
    const said: Row[] = [0, 1, 2, 3, 4].map((i) => touch(`${d}-${i}`, i));
    if (d === 0) said.push({ ...touch('0-9', 0), result_id: 'approach', trigger: 'approach' });
    await write(goldInferenceResults, day, said);
    // Of the last one nothing is known.
    const outcomes = [0, 1, 2, 3].flatMap((i) => [outcome(`${d}-${i}`, 8), outcome(`${d}-${i}`, 30)]);
    await write(goldOutcomes, day, outcomes);
  }
});

/** The third was answered by no model, the first without evidence. */
const touch = (episode: string, i: number): Row => ({
  ...anyRow(goldInferenceResults, 1),
  result_id: `${episode}/touch`,
  trigger: 'touch',
  episode_id: episode,
  level_kind: i === 3 ? 'ROUND' : 'PM_HIGH',
  model_basis: i === 2 ? 'base rate' : 'model',
  model_version: i === 2 ? null : 'ES logistic@3',
  model_missing: null,
  model_break: 0.5,
  model_reject: 0.25,
  model_chop: 0.25,
  precedents_status: i === 0 ? 'insufficient_evidence' : 'evidence',
  precedents_missing: i === 0 ? 'few' : null,
  precedents_break: i === 0 ? null : 0.4,
  precedents_reject: i === 0 ? null : 0.4,
  precedents_chop: i === 0 ? null : 0.2,
  base_break: 0.25,
  base_reject: 0.5,
  base_chop: 0.25,
});
/** BREAK of all but the second at the primary horizon; CHOP of all at another. */
const outcome = (episode: string, horizon: number): Row => ({
  ...anyRow(goldOutcomes, 1),
  episode_id: episode,
  horizon_minutes: horizon,
  is_primary: horizon === 8,
  outcome: horizon === 30 ? 'CHOP' : episode.endsWith('1') ? 'REJECT' : 'BREAK',
});

async function write(table: typeof goldOutcomes, day: string, rows: readonly Row[]): Promise<void> {
  const builder = new TableBuilder(table);
  for (const row of rows) builder.push(row);
  await lake.table(table).append({ contract: 'ESH4', trade_date: day }, [builder.build()], commitOptions());
}

const ask = async (asked: object = {}) => {
  const answer = await answersJudged(lake, answersQuery.parse(asked));
  expect(answersAnswer.safeParse(answer).error).toBeUndefined();
  return answer;
};

test('a level or a time of day that nothing has is no empty answer, a kind of level that nothing was answered of is', async () => {
  await expect(ask({ level: 'NONSENSE' })).rejects.toMatchObject({ details: { field: 'level' } });
  await expect(ask({ timeOfDay: 'T9_99' })).rejects.toMatchObject({ details: { field: 'timeOfDay' } });
  expect(await ask({ level: 'PM_LOW' })).toMatchObject({ shown: 0, sources: [] });
});

test('what came true is counted by source; silence and what is undecided apart', async () => {
  const { sources, ...all } = await ask();
  expect(all).toEqual({ trigger: 'touch', sessions: 2, shown: 10, undecided: 2 });
  const [model, base, precedents] = sources;
  expect(sources.map(({ source }) => source)).toEqual(['model', 'base rate', 'precedents']);
  expect(model).toMatchObject({
    versions: ['ES logistic@3'],
    answered: 8,
    judged: 6,
    sessions: 2,
    silent: [],
  });
  expect(base).toMatchObject({ versions: [], answered: 2, judged: 2 });
  expect(precedents).toMatchObject({
    answered: 8,
    judged: 6,
    silent: [{ why: 'not enough evidence: few', n: 2 }],
  });
  expect(model.reliability.map(({ outcome, forecast, n }) => [outcome, forecast, n])).toEqual([
    ['BREAK', 0.5, 6],
    ['REJECT', 0.25, 6],
    ['CHOP', 0.25, 6],
  ]);
  expect(model.reliability.map(({ observed }) => observed)).toEqual([4 / 6, 2 / 6, 0]);
  // Two thirds gain ln 2 over the base rate, a third loses it.
  expect(model.gain!.nats).toBeCloseTo(Math.log(2) / 3);
  expect([model.gain!.n, model.gain!.low]).toEqual([6, expect.any(Number)]);
});

test('approaches are judged by themselves, and answers are narrowed to what is asked for', async () => {
  expect(await ask({ trigger: 'approach' })).toMatchObject({ shown: 1, undecided: 1, sessions: 1 });
  expect((await ask({ level: 'ROUND' })).shown).toBe(2);
  expect((await ask({ start: '2024-03-06', end: '2024-03-06' })).shown).toBe(5);
  expect(await ask({ contract: 'NQH4' })).toMatchObject({ shown: 0, sources: [] });
  // Of one session nothing tells how much sessions differ.
  expect((await ask({ end: '2024-03-05' })).sources[0].gain).toMatchObject({ low: null, high: null });
});

test('of a lake in which nothing was answered nothing is said', async () => {
  const none = await Lake.open(temporaryFolder(), TABLES);
  expect(await answersJudged(none, answersQuery.parse({}))).toMatchObject({ shown: 0, sources: [] });
});
