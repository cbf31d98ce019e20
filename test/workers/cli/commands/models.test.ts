import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelRegistry, localWriter } from '../../../../activities/models/registry';
import { TABLES } from '../../../../graph/catalog/declaration';
import { Random } from '../../../../graph/random/random';
import { Lake } from '../../../../lake/lake';
import { temporaryFolder } from '../../../support/lake';
import { modelVersion, scored, sessionDates } from '../../../support/models';
import { spymasterHere } from '../../../support/spymaster';

const DATES = sessionDates(60, '2024-02-01');

const version = (model: string, gain: number, more = {}) => {
  const base = modelVersion();
  const sessions = scored(DATES, { gain }, new Random(3));
  return modelVersion({ model, evaluation: { ...base.evaluation, sessions }, ...more });
};

let lake: string;
const before = process.env.SPYMASTER_LAKE;
beforeAll(async () => {
  lake = temporaryFolder();
  process.env.SPYMASTER_LAKE = lake;
  const registry = new ModelRegistry(await Lake.open(lake, TABLES));
  await registry.publish(version('logistic', 0.1), localWriter('ann'));
  await registry.publish(version('boosting', -0.02, { parameters: { rounds: 40 } }), localWriter('ann'));
});
afterAll(() => {
  if (before === undefined) delete process.env.SPYMASTER_LAKE;
  else process.env.SPYMASTER_LAKE = before;
});

const json = async (...args: string[]) => {
  const { stdout, stderr } = await spymasterHere('models', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
};

test('models are listed, promoted where the gate opens and refused where not, compared, and taken back', async () => {
  const first = await spymasterHere('models', 'list');
  expect(first.stdout).toMatch(/boosting@1 .* not looked at/);
  expect(first.stderr).toContain('ES has no champion: no edge shown, forecasts are base rates.');

  const alone = await spymasterHere('models', 'compare', 'boosting');
  expect(alone.stderr).toContain('ES has no champion to compare boosting@1 with');
  const refused = await spymasterHere('models', 'promote', 'boosting');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /boosting@1 is not promoted\.\n {2}No edge shown\.\n[^]*--despite-gate REASON/,
  );

  const promoted = await spymasterHere('models', 'promote', 'logistic');
  expect(promoted).toMatchObject({ code: 0, stdout: '' });
  expect(promoted.stderr).toMatch(/^logistic@1 is champion of ES now\.\n {2}An edge is shown\./);
  expect((await spymasterHere('models', 'list')).stdout).toMatch(/logistic@1 +champion .* shown/);

  const compared = await spymasterHere('models', 'compare', 'boosting');
  expect(compared.stdout).toMatch(/boosting@1 against logistic@1, session by session: -\d+\.\d \[-/);
  expect(compared.stdout).toMatch(/rounds +40 +-/);
  expect((await spymasterHere('models', 'compare', 'logistic')).code).toBe(2);

  const insisted = await json('promote', 'boosting', '--despite-gate', 'a trial');
  expect(insisted).toMatchObject({
    change: { despiteGate: true, reason: 'a trial' },
    verdict: { passed: false },
  });
  expect(await json('rollback', '--reason', 'enough')).toMatchObject({
    change: { target: { model: 'logistic', version: 1 }, reason: 'rolled back: enough' },
  });
  const shown = await spymasterHere('models', 'show', 'champion');
  expect(shown.stdout).toMatch(/^ES logistic@1: An edge is shown[^]*rolled back: enough/);
});

test('a version nobody knows is wrong use, which names those there are', async () => {
  const { code, stderr } = await spymasterHere('models', 'show', 'oracle');
  expect(code).toBe(2);
  expect(stderr).toContain('ES has no model oracle');
  expect(stderr).toContain('boosting@1, logistic@1');
  expect((await spymasterHere('models', 'list', '--symbol', 'XX')).code).toBe(2);
});

test('tracking asks for a server, and says when none answers', async () => {
  const named = process.env.MLFLOW_TRACKING_URI;
  try {
    delete process.env.MLFLOW_TRACKING_URI;
    expect(await spymasterHere('models', 'track')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no MLflow server is configured'),
    });
    process.env.MLFLOW_TRACKING_URI = 'http://127.0.0.1:1';
    expect(await spymasterHere('models', 'track', 'logistic')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The MLflow server at http://127.0.0.1:1 does not answer'),
    });
  } finally {
    if (named === undefined) delete process.env.MLFLOW_TRACKING_URI;
    else process.env.MLFLOW_TRACKING_URI = named;
  }
});

test('a card says what is shown, against what, and when not to trust it', async () => {
  const page = join(lake, 'card.html');
  const { stdout, stderr } = await spymasterHere('models', 'card', 'boosting@1', '--html', page);
  expect(stderr).toContain(`Written to ${page}`);
  for (const text of [
    'ES boosting@1: No edge shown: base rates are what there is to go by.',
    'over the volatility baseline: -',
    'Do not read BREAK against REJECT as a forecast',
    'No number of sessions would show more than volatility',
    'PM_HIGH',
  ])
    expect(stdout).toContain(text);
  const html = readFileSync(page, 'utf8');
  expect(html).toContain('<title>Model card: ES boosting@1</title>');
  expect(html.match(/<circle /g)).toHaveLength(3);
  expect(html).not.toMatch(/<script|https?:\/\//);
  // Shares of a partition, its gain and a bin of the diagram: as many decimals in every row.
  for (const figure of ['40.0', '20.0', '+90.0', '+150.0', '0.250'])
    expect(html).toContain(`<td class="number">${figure}</td>`);
  expect(await json('card', 'boosting@1')).toMatchObject({
    headline: expect.stringContaining('No edge shown'),
    verdict: { passed: false },
    record: { model: 'boosting', version: 1 },
  });
});
