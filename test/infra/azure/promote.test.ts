import { runScript, type Ran } from '../../support/azure/scripts';
import type { Answers } from '../../support/azure/standIn';
import { CHOICES, deployed, mainTemplate } from '../../support/bicep/deployments';
import type { Value } from '../../support/bicep/functions';
import { loadGrammar } from '../../support/bicep/parse';

const TAG = '0123456789ab';
const PROGRAMS = {
  git: `[[ $3 == status ]] && exit; echo ${TAG}`,
  spymaster: `case $1 in
    models) [[ $3 == logistic@9 ]] && { echo 'ES has no logistic@9' >&2; exit 1; }; echo '{"model":"logistic","version":"3"}' ;;
    query) cat >/dev/null; echo '{"level":"PM_HIGH"}' ;;
  esac`,
};
let outputs: Record<string, Value>;
let answers: Answers;

beforeAll(async () => {
  await loadGrammar();
  ({ outputs } = deployed(mainTemplate(), CHOICES['dev.parameters.json']));
  answers = {
    'account show': { name: 'Trading' },
    'deployment group show': {
      properties: {
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])),
      },
    },
    'ml online-endpoint show': { id: '/endpoint', traffic: { blue: 100, green: 0 } },
    'ml online-deployment list': [{ name: 'blue' }, { name: 'green' }],
    'ml environment list': [{ name: 'spymaster-scorer', version: TAG }],
    'ml online-endpoint invoke': '{"versions": {"model": "ES logistic@3"}}',
    'monitor metrics list': { value: [{ timeseries: [{ data: [{ average: 0 }, { average: null }] }] }] },
  };
});

const promote = (changed: Answers = {}, ...args: string[]) =>
  runScript(
    'promote.sh',
    ['dev', ...args],
    { ...answers, ...changed },
    {
      programs: PROGRAMS,
      env: { SPYMASTER: 'spymaster', SPYMASTER_PROMOTE_PAUSE: '0' },
    },
  );
const traffic = ({ calls }: Ran) =>
  calls.flatMap(({ command, given }) => (command === 'ml online-endpoint update' ? given['--traffic'] : []));
const callsOf = ({ calls }: Ran, name: string) =>
  calls.filter(({ command }) => command === name).map(({ given }) => given);

test('the champion is deployed as the colour that has no requests, tried, and gets them by and by', async () => {
  const ran = await promote();
  expect([ran.refused, ran.code, ran.stderr]).toEqual([
    [],
    0,
    expect.stringContaining('logistic@3 has all requests'),
  ]);
  expect(traffic(ran)).toEqual(['green=10 blue=90', 'green=50 blue=50', 'green=100 blue=0']);
  const [deployment] = callsOf(ran, 'ml online-deployment create');
  expect(deployment).toMatchObject({ '--name': ['green'], '--endpoint-name': [outputs.scoringEndpoint] });
  expect(deployment['--set']).toEqual([
    `environment=azureml:spymaster-scorer:${TAG}`,
    `environment_variables.SPYMASTER_LAKE=${outputs.lake as string}`,
    'environment_variables.SPYMASTER_SCORE_MODEL=logistic@3',
    `environment_variables.AZURE_CLIENT_ID=${outputs.scorerClientId as string}`,
  ]);
  // Only what had no requests is removed, and what is new is tried before it has any.
  expect(callsOf(ran, 'ml online-deployment delete')).toMatchObject([{ '--name': ['green'] }]);
  const commands = ran.calls.map(({ command }) => command);
  expect(commands.indexOf('ml online-endpoint invoke')).toBeLessThan(
    commands.indexOf('ml online-endpoint update'),
  );
  expect(callsOf(ran, 'ml online-endpoint invoke')).toMatchObject([{ '--deployment-name': ['green'] }]);
  expect(callsOf(ran, 'deployment group create')).toMatchObject([{ '--name': ['scoring-green'] }]);
});

test('after green comes blue', async () => {
  const ran = await promote({
    'ml online-endpoint show': { id: '/endpoint', traffic: { blue: 0, green: 100 } },
  });
  expect(traffic(ran)).toEqual(['blue=10 green=90', 'blue=50 green=50', 'blue=100 green=0']);
});

test('the first deployment gets all requests, once it answers', async () => {
  const ran = await promote({
    'ml online-endpoint show': { id: '/endpoint', traffic: {} },
    'ml online-deployment list': [],
    'ml environment list': [],
  });
  expect([ran.refused, ran.code, traffic(ran)]).toEqual([[], 0, ['blue=100']]);
  expect(callsOf(ran, 'ml online-deployment delete')).toEqual([]);
  expect(callsOf(ran, 'acr build')).toMatchObject([
    { '--image': [`spymaster-scorer:${TAG}`], '--target': ['scorer'] },
  ]);
  expect(callsOf(ran, 'ml environment create')).toMatchObject([{ '--version': [TAG] }]);
});

test('a deployment that answers by another version gets no request', async () => {
  const ran = await promote({ 'ml online-endpoint invoke': '{"versions": {"model": "ES logistic@2"}}' });
  expect([ran.code, traffic(ran), ran.stderr]).toEqual([
    1,
    [],
    expect.stringContaining('does not answer by logistic@3'),
  ]);
});

test('a deployment that fails requests loses them again', async () => {
  const failing = { value: [{ timeseries: [{ data: [{ average: 0 }, { average: 2.5 }] }] }] };
  const ran = await promote({ 'monitor metrics list': { each: [answers['monitor metrics list'], failing] } });
  expect([ran.code, traffic(ran)]).toEqual([1, ['green=10 blue=90', 'green=50 blue=50', 'green=0 blue=100']]);
  expect(ran.stderr).toContain('all are with blue again');
  expect(callsOf(ran, 'monitor metrics list')[0]['--filter']).toEqual([
    "deployment eq 'green' and statusCodeClass eq '5xx'",
  ]);
});

test('a version that is not there is told as that, and nothing is touched', async () => {
  const ran = await promote({}, '--model', 'logistic@9');
  expect([ran.code, traffic(ran), ran.stderr]).toEqual([
    1,
    [],
    expect.stringContaining('There is no logistic@9 to promote'),
  ]);
  expect(callsOf(ran, 'ml online-deployment create')).toEqual([]);
});

test('what had the requests before gets them back, and may be removed', async () => {
  const back = await promote({}, '--rollback');
  expect([back.code, traffic(back)]).toEqual([0, ['green=100 blue=0']]);
  const retired = await promote({}, '--retire');
  expect([retired.code, callsOf(retired, 'ml online-deployment delete')]).toMatchObject([
    0,
    [{ '--name': ['green'] }],
  ]);
  const alone = await promote({ 'ml online-deployment list': [{ name: 'blue' }] }, '--rollback');
  expect([alone.code, traffic(alone)]).toEqual([1, []]);
});

test('where there is no endpoint it says what to do', async () => {
  const { outputs: without } = deployed(mainTemplate(), CHOICES['prod.parameters.json']);
  const shown = Object.fromEntries(Object.entries(without).map(([name, value]) => [name, { value }]));
  const ran = await promote({ 'deployment group show': { properties: { outputs: shown } } });
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('machineLearning=true')]);
});
