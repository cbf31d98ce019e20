/** `spymaster precedents` and `spymaster index` on a lake of two simulated dates: too few for evidence, enough for base rates. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexStatus } from '../../../../activities/precedents/indexStatus';
import { precedentsAnswer, type PrecedentsAnswer } from '../../../../graph/precedents/answer';
import { builtLake } from '../../../support/builtLake';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, spymasterHere as run } from '../../../support/spymaster';

const [FIRST, SECOND] = ['2024-03-05', '2024-03-06'];

interface Listed {
  episodes: { id: string; level: string; direction: string; outcome: string | null; touchAt: string }[];
}
const listed = async (date: string) =>
  documentOf<Listed>(await run('episodes', 'list', '--start', date, '--end', date, '--json')).episodes;
const ask = async (...args: string[]) =>
  documentOf<PrecedentsAnswer>(await run('precedents', ...args, '--json'));

beforeAll(async () => {
  process.env.SPYMASTER_CONFIG = join(temporaryFolder(), 'config.yaml');
  writeFileSync(process.env.SPYMASTER_CONFIG, 'features: { episodes: { sessionWindow: all-hours } }\n');
  process.env.SPYMASTER_LAKE = await builtLake({ dates: [FIRST, SECOND], events: 20_000 });
});

test('a touch is answered from the episodes of earlier sessions alone', async () => {
  const [earlier, [touch]] = [await listed(FIRST), await listed(SECOND)];
  const answer = await ask(touch.id);
  expect(precedentsAnswer.parse(answer)).toEqual(answer);
  const known = earlier.filter(({ outcome }) => outcome !== null);
  expect(answer.searched).toMatchObject({ rung: 'all', candidates: known.length, sessions: 1 });
  expect(answer.status).toBe('insufficient_evidence');
  expect(answer.precedents.length).toBeGreaterThan(0);
  expect(answer.precedents.every(({ session }) => session === FIRST)).toBe(true);
  for (const { id, outcome } of answer.precedents)
    expect(known.find((one) => one.id === id)?.outcome).toBe(outcome);
  const { stdout } = await run('precedents', touch.id);
  expect(stdout).toContain('Not enough evidence: sessions known before: 1;');
});

test('a touch is found by time and level, and filters narrow down what may be a precedent', async () => {
  const [earlier, touches] = [await listed(FIRST), await listed(SECOND)];
  const touch = touches.at(-1)!;
  const answer = await ask('--at', touch.touchAt, '--level', touch.level, '--direction', 'UP');
  expect(answer.touch).toMatchObject({ session: SECOND, level: touch.level, at: touch.touchAt });
  const up = earlier.filter(({ direction, outcome }) => direction === 'UP' && outcome !== null);
  expect(answer.searched.candidates).toBe(up.length);
  const some = await ask(touch.id, '--where', `episode_id = '${up[0].id}'`, '--paths');
  expect(some.precedents.map(({ id }) => id)).toEqual([up[0].id]);
  expect(some.precedents[0]).toHaveProperty('path.0.seconds');
});

test.each([
  [['precedents'], /one touch is to be named/],
  [['precedents', 'E', '--at', '2024-03-06'], /one touch is to be named/],
  [['precedents', '--at', '2024-03-06'], /needs the level/],
  [['precedents', '--at', '2024-03-01', '--level', 'EMA_20'], /was not touched up to then/],
  [['index', 'rollback', 'ES/2024-01-02'], /there is no index ES\/2024-01-02/],
  [['index', 'rollback', 'ES'], /names no partition/],
])('%j is refused in words', async (args, words) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
});

test('an index tells its versions and what it covers, and is rolled back and forward by name', async () => {
  const status = async () =>
    documentOf<{ indexes: IndexStatus[] }>(await run('index', 'status', '--json')).indexes[0];
  const before = await status();
  expect(before).toMatchObject({ product: 'ES', pinned: null, sessions: 2, recall: 1, leftOut: 0 });
  expect(before.versions.map(({ name }) => name)).toEqual(['ES/2024-03-07', 'ES/2024-03-06']);
  expect((await run('index', 'rollback', `ES/${SECOND}`)).code).toBe(0);
  expect(await status()).toMatchObject({ pinned: `ES/${SECOND}`, sessions: 1 });
  expect((await run('index', 'latest', 'ES')).code).toBe(0);
  expect(await status()).toMatchObject({ pinned: null, sessions: 2 });
  expect((await run('index', 'build', '--symbol', 'ES')).stderr).toContain('Everything is up to date');
});
