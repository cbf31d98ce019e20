import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript, type Ran } from '../../support/azure/scripts';
import type { Answers, Call } from '../../support/azure/standIn';
import {
  AZURE,
  CHOICES,
  deployed,
  EVERYTHING,
  mainTemplate,
  parametersOf,
} from '../../support/bicep/deployments';
import type { Value } from '../../support/bicep/functions';
import { loadGrammar } from '../../support/bicep/parse';
import type { Template } from '../../support/bicep/template';

let main: Template;
/** What Azure answers of a system that is there. */
let running: Answers;
let outputs: Record<string, Value>;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const IMAGE = `spymaster:${COMMIT.slice(0, 12)}`;
const PROGRAMS = {
  git: `[[ $3 == status ]] && exit; echo ${COMMIT.slice(0, 12)}`,
  openssl: 'echo "${@: -1}" | sed "s/^24$/drawndrawndrawndrawndrawn/; s/^3$/3f9a2c/"',
  curl: `case \${@: -1} in */api/health) printf 200;; */login) printf 'https://login/authorize?client_id=${EVERYTHING.gatewayClientId as string}';; *) printf 401;; esac`,
  // Makes an environment, installs packages, runs a program: all of it as this file.
  python3: `echo "python $*" >&2
    [[ $2 == venv ]] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python"
    [[ \${@: -1} == --check ]] && printf 'reading\\n{"Eventhouse/Spymaster": {}}\\n'
    [[ $1 == -c ]] && cat; exit 0`,
};
/** What is published to Fabric, step by step. */
const PUBLISHED = [
  /^python -m venv /,
  /^python -m pip install .*fabric-cicd==1\.4\.0$/,
  /^python .*\/infra\/fabric\/deploy\.py workspace-1 --check$/,
  /^python -c /,
  /^python .*\/infra\/fabric\/deploy\.py workspace-1$/,
];
const FABRIC = 'https://api.fabric.microsoft.com/v1';
const PROVIDERS = [
  'Microsoft.App',
  'Microsoft.ContainerRegistry',
  'Microsoft.DBforPostgreSQL',
  'Microsoft.EventHub',
  'Microsoft.Insights',
  'Microsoft.KeyVault',
  'Microsoft.MachineLearningServices',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
];
const KEYS = { DATABENTO_API_KEY: 'db-key' };

beforeAll(async () => {
  await loadGrammar();
  main = mainTemplate();
  ({ outputs } = deployed(main, { ...EVERYTHING, ...parametersOf('dev.parameters.json'), image: IMAGE }));
  const shown = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
  running = {
    'account show': { name: 'Trading', user: { type: 'user', name: 'me@example.com' } },
    'ad signed-in-user show': {
      id: '00000000-0000-0000-0000-000000000009',
      userPrincipalName: 'me@example.com',
    },
    'ad app show': { web: { redirectUris: [`${outputs.gatewayUrl as string}/login/callback`] } },
    'ad app credential reset': { password: 'drawndrawndrawndrawndrawn' },
    [`rest=${FABRIC}/capacities`]: {
      value: [{ id: 'capacity-1', displayName: outputs.fabricCapacity }],
    },
    // Fabric lists page by page.
    [`rest=${FABRIC}/workspaces`]: {
      value: [{ id: 'workspace-0', displayName: 'other' }],
      continuationUri: `${FABRIC}/workspaces?continuationToken=abc%3D`,
    },
    [`rest=${FABRIC}/workspaces?continuationToken=abc%3D`]: {
      value: [{ id: 'workspace-1', displayName: 'spymaster-dev' }],
    },
    [`rest=${FABRIC}/workspaces/workspace-1`]: { capacityId: 'capacity-1' },
    [`rest=${FABRIC}/workspaces/workspace-1/items`]: {
      value: ['KQLDashboard', 'Eventhouse', 'KQLDatabase'].map((type) => ({
        type,
        displayName: 'Spymaster',
      })),
    },
    'resource show=Microsoft.Fabric/capacities': { properties: { state: 'Active' } },
    'provider list': PROVIDERS.map((namespace) => ({ namespace, registrationState: 'Registered' })),
    'group exists': true,
    'group show': { tags: { application: 'spymaster' } },
    'consumption budget list': [
      { name: 'budget-spymaster-dev', timePeriod: { startDate: '2025-11-01T00:00:00Z' } },
    ],
    'resource list': [{ name: 'one', type: 'Microsoft.X/ys' }],
    'deployment group show': { properties: { provisioningState: 'Succeeded', outputs: shown } },
    'keyvault secret list': (outputs.secretsNeeded as string[]).map((name) => ({ name })),
    'storage fs file exists': { exists: true },
    'storage fs file download': { id: 'spymaster-dev-3f9a2c' },
    'acr repository list': ['spymaster'],
    'acr repository show-tags': [IMAGE.split(':')[1]],
    'containerapp job start': { name: 'setup-1' },
    'containerapp job execution show': {
      each: [{ properties: { status: 'Running' } }, { properties: { status: 'Succeeded' } }],
    },
    'containerapp show': {
      properties: { runningStatus: 'Running', latestRevisionName: 'a', latestReadyRevisionName: 'a' },
    },
    'storage account show': { isHnsEnabled: true, allowSharedKeyAccess: false },
    'eventhubs eventhub show': { partitionCount: 4 },
    'eventhubs eventhub consumer-group show': { name: 'live' },
    'resource show': { properties: { provisioningState: 'Succeeded' } },
    ...Object.fromEntries(
      (outputs.secretsNeeded as string[]).map((name) => [
        `keyvault secret show=${name}`,
        { id: `https://v/secrets/${name}/1` },
      ]),
    ),
  };
});

/** A subscription with nothing in it. */
const empty = (): Answers => ({
  ...running,
  'provider list': PROVIDERS.map((namespace) => ({ namespace, registrationState: 'NotRegistered' })),
  'group exists': false,
  'consumption budget list': [],
  'resource list': [],
  'keyvault secret list': [],
  'storage fs file exists': { exists: false },
  'acr repository list': [],
  'ad app show': { web: { redirectUris: ['https://desk.example.com/login/callback'] } },
  [`rest=${FABRIC}/workspaces`]: { value: [] },
  'rest=post': { id: 'workspace-1' },
});

const deploy = (answers: Answers, args = ['dev', '--yes'], env: NodeJS.ProcessEnv = KEYS) =>
  runScript('deploy.sh', args, answers, { programs: PROGRAMS, env });
const commandsOf = ({ calls }: Ran) => calls.map(({ command }) => command);
const callsOf = ({ calls }: Ran, command: string): Call[] => calls.filter((call) => call.command === command);

/** Parameters of a deployment, as the template takes them. */
function parametersGiven({ given }: Call): Record<string, Value> {
  const [file, ...values] = given['--parameters'];
  const own = values.map((text): [string, Value] => {
    const [name, value] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
    const type = main.params.get(name)?.type.text;
    return [name, type === 'bool' ? value === 'true' : type === 'int' ? Number(value) : value];
  });
  return { ...parametersOf(file.split('/').at(-1)!), ...Object.fromEntries(own) };
}

test('from an empty subscription to a running system: each step as Azure takes it, and looked at before it is made', async () => {
  const ran = await deploy(empty());
  expect([ran.refused, ran.stderr, ran.code]).toEqual([[], expect.stringContaining('Running: https://'), 0]);
  const steps = commandsOf(ran).filter((command) => !/ (show|list|exists|show-tags)$/.test(command));
  expect(steps).toEqual([
    ...Array<string>(PROVIDERS.length).fill('provider register'),
    'group create',
    'deployment group what-if',
    'deployment group create',
    'keyvault secret set',
    'ad app credential reset',
    ...Array<string>(3).fill('keyvault secret set'),
    'storage fs file upload',
    'acr build',
    'deployment group what-if',
    'deployment group create',
    'ad app update',
    'containerapp job start',
    'rest',
    'rest',
    'rest',
  ]);
  const [foundation, processes] = callsOf(ran, 'deployment group create').map(parametersGiven);
  expect(foundation).toMatchObject({
    environment: 'dev',
    operatorType: 'User',
    scoringEndpointExists: false,
  });
  expect(foundation.image).toBeUndefined();
  expect(processes).toMatchObject({ image: IMAGE, lakeId: 'spymaster-dev-3f9a2c' });
  for (const parameters of [foundation, processes])
    expect(deployed(main, parameters).resources.length).toBeGreaterThan(40);
  // What was looked at is what is made.
  expect(callsOf(ran, 'deployment group what-if').map(parametersGiven)).toEqual([foundation, processes]);
});

test('at its end it says how files come into the lake; of a private network, before anything is made, from where it is reached', async () => {
  const [open, within, from] = await Promise.all(
    [
      ['dev'],
      ['dev', 'privateNetwork=true'],
      ['dev', 'privateNetwork=true', 'operatorAddress=192.0.2.1'],
    ].map((args) => deploy(running, [...args, '--yes'])),
  );
  const notice = /from within the private network alone: .*operatorAddress=IP\n[^]*==> What would change/;
  expect([open, within, from].map(({ stderr }) => notice.test(stderr))).toEqual([false, true, false]);
  for (const { stderr, code } of [open, within, from])
    expect([stderr, code]).toEqual([
      expect.stringContaining(
        `SPYMASTER_LAKE=${outputs.lake as string} ./spymaster import FILE_OR_FOLDER...`,
      ),
      0,
    ]);
});

test('what is there already is not made again', async () => {
  const ran = await deploy(running);
  expect([ran.refused, ran.code]).toEqual([[], 0]);
  const steps = commandsOf(ran).filter((command) => !/ (show|list|exists|show-tags)$/.test(command));
  expect(steps).toEqual([
    'deployment group what-if',
    'deployment group create',
    'storage fs file download',
    'deployment group what-if',
    'deployment group create',
    'containerapp job start',
    ...Array<string>(4).fill('rest'),
  ]);
  expect(callsOf(ran, 'rest').flatMap(({ given }) => given['--method'])).toEqual(Array(4).fill('get'));
  const [, processes] = callsOf(ran, 'deployment group create').map(parametersGiven);
  expect(processes).toMatchObject({
    budgetStart: '2025-11-01',
    scoringEndpointExists: true,
    lakeId: 'spymaster-dev-3f9a2c',
  });
});

test('no secret is on a command line, where others of the machine could read it', async () => {
  const ran = await deploy(empty(), ['dev', '--yes'], { DATABENTO_API_KEY: 'db-secret' });
  expect(callsOf(ran, 'keyvault secret set').map(({ given }) => given['--name'][0])).toEqual(
    outputs.secretsNeeded,
  );
  expect(JSON.stringify(ran.calls)).not.toMatch(/db-secret|drawndrawn/);
  expect(ran.stdout + ran.stderr).not.toMatch(/db-secret|drawndrawn/);
});

test('a secret that nobody has is named, and nothing that needs it is deployed', async () => {
  const ran = await deploy(empty(), ['dev', '--yes'], {});
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('The secret databento-api-key is missing');
  expect(callsOf(ran, 'deployment group create')).toHaveLength(1);
});

test('a parameter of the command line takes the place of the file’s', async () => {
  const ran = await deploy(running, ['dev', '--yes', 'liveFeed=false', 'batchWorkers=3']);
  const [, processes] = callsOf(ran, 'deployment group create').map(parametersGiven);
  expect(processes).toMatchObject({ liveFeed: false, batchWorkers: 3 });
});

test('sign-in leads back to the gateway, besides wherever it led before', async () => {
  const ran = await deploy(empty());
  const [updated] = callsOf(ran, 'ad app update');
  expect(updated.given).toMatchObject({
    '--id': [EVERYTHING.gatewayClientId],
    '--web-redirect-uris': [
      'https://desk.example.com/login/callback',
      `${outputs.gatewayUrl as string}/login/callback`,
    ],
  });
});

const pythonOf = ({ stderr }: Ran) => stderr.split('\n').filter((line) => line.startsWith('python '));

test('Fabric: a workspace on the capacity, and in it what was read and shown before', async () => {
  const ran = await deploy(empty());
  const made = callsOf(ran, 'rest').find(({ given }) => given['--method'][0] === 'post')!;
  expect(made.given['--url']).toEqual([`${FABRIC}/workspaces`]);
  expect(JSON.parse(made.given['--body'][0])).toEqual({
    displayName: 'spymaster-dev',
    capacityId: 'capacity-1',
  });
  expect(pythonOf(ran)).toEqual(PUBLISHED.map((pattern) => expect.stringMatching(pattern)));
  expect(ran.stdout).toContain('"Eventhouse/Spymaster"');
});

test('Fabric: a workspace whose capacity is another, such as one that was removed, is moved', async () => {
  const ran = await deploy({
    ...running,
    [`rest=${FABRIC}/workspaces/workspace-1`]: { capacityId: 'capacity-0' },
  });
  expect([ran.refused, ran.code]).toEqual([[], 0]);
  expect(callsOf(ran, 'rest').at(-1)!.given).toMatchObject({
    '--method': ['post'],
    '--url': [`${FABRIC}/workspaces/workspace-1/assignToCapacity`],
    '--body': ['{"capacityId": "capacity-1"}'],
  });
  expect(pythonOf(ran)).toHaveLength(PUBLISHED.length);
});

test('Fabric: whoever may not see the capacity is told who may', async () => {
  const ran = await deploy({ ...running, [`rest=${FABRIC}/capacities`]: { value: [] } }, ['dev', '--yes'], {
    ...KEYS,
    SPYMASTER_DEPLOY_TRIES: '2',
  });
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('fabricAdministrators')]);
  expect(pythonOf(ran)).toEqual([]);
});

/** What Azure answers of a system that was deployed otherwise. */
function deployedWith(parameters: Record<string, Value>): Answers {
  const { outputs: others } = deployed(main, { ...EVERYTHING, image: IMAGE, ...parameters });
  const shown = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, { value }]));
  return { 'deployment group show': { properties: { provisioningState: 'Succeeded', outputs: shown } } };
}

test('in Temporal Cloud: the key to it is asked for, and one to what it keeps is drawn', async () => {
  const cloud = { temporal: 'cloud-api-key', temporalAddress: 'spymaster.a1b2c.tmprl.cloud:7233' };
  const ran = await deploy({ ...empty(), ...deployedWith(cloud) }, ['dev', '--yes'], {
    ...KEYS,
    TEMPORAL_API_KEY: 'tk-secret',
  });
  expect([ran.refused, ran.code]).toEqual([[], 0]);
  expect(callsOf(ran, 'keyvault secret set').map(({ given }) => given['--name'][0])).toEqual([
    'gateway-token',
    'gateway-client-secret',
    'databento-api-key',
    'temporal-api-key',
    'payload-key',
  ]);
  expect(JSON.stringify(ran.calls)).not.toContain('tk-secret');
});

test('Fabric is asked nothing where it is not deployed', async () => {
  const answers = { ...running, ...deployedWith({ fabric: false }) };
  for (const ran of [await deploy(answers), await verify(answers)])
    expect([ran.code, callsOf(ran, 'rest'), pythonOf(ran)]).toEqual([0, [], []]);
});

test.each([
  ['fabric=true', 'Microsoft.Fabric'],
  ['databricks=true', 'Microsoft.Databricks'],
  ['purview=true', 'Microsoft.Purview'],
])('%s registers its provider', async (parameter, provider) => {
  const registered = async (...args: string[]) =>
    callsOf(await deploy(running, ['dev', '--yes', ...args]), 'provider register').map(
      ({ given }) => given['--namespace'][0],
    );
  expect(await registered(parameter)).toEqual([provider]);
  expect(await registered(parameter.replace('true', 'false'))).toEqual([]);
});

test('roles that do not hold yet are waited for; those that never do are told', async () => {
  const answers = {
    ...running,
    'keyvault secret list': {
      each: [{ fails: 'Forbidden' }, { fails: 'Forbidden' }, running['keyvault secret list']],
    },
  };
  const ran = await deploy(answers);
  expect([ran.code, callsOf(ran, 'keyvault secret list').length]).toEqual([0, 3]);
  const never = await deploy(
    { ...running, 'keyvault secret list': { fails: 'Forbidden by policy' } },
    ['dev', '--yes'],
    { ...KEYS, SPYMASTER_DEPLOY_TRIES: '2' },
  );
  expect(never.code).toBe(1);
  expect(never.stderr).toContain('Forbidden by policy');
});

test.each([
  ['account show', /Nobody is signed in/],
  ['group exists', /./],
  ['deployment group what-if', /./],
  ['deployment group create', /./],
  ['keyvault secret set', /./],
  ['storage fs file upload', /./],
  ['acr build', /./],
  ['ad app credential reset', /./],
  ['ad app update', /./],
  ['containerapp job start', /./],
  [`rest=${FABRIC}/capacities`, /./],
  ['rest=post', /./],
])('when %s fails, nothing after it is done, and the exit code says so', async (command, says) => {
  const ran = await deploy({ ...empty(), [command]: { fails: 'the service says no' } });
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toContain('the service says no');
  expect(ran.stderr).toMatch(says);
  expect(commandsOf(ran).at(-1)).toBe(command.split('=')[0]);
  expect(pythonOf(ran)).toEqual([]);
});

test('schedules that could not be applied are a failure that says where to look', async () => {
  const ran = await deploy({
    ...running,
    'containerapp job execution show': { properties: { status: 'Failed' } },
  });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('az containerapp job logs show');
});

test('changes that are not committed are not built', async () => {
  const git = `[[ $3 == status ]] && echo ' M a'; echo ${COMMIT}`;
  const ran = await runScript('deploy.sh', ['dev', '--yes'], running, {
    programs: { ...PROGRAMS, git },
    env: KEYS,
  });
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('not committed')]);
});

test('without --yes and without a terminal nothing is changed', async () => {
  const ran = await deploy(running, ['dev']);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('--yes')]);
  expect(callsOf(ran, 'deployment group create')).toEqual([]);
});

test.each([
  ['deploy.sh', []],
  ['deploy.sh', ['Nowhere!']],
  ['deploy.sh', ['stage']],
  ['deploy.sh', ['dev', 'nonsense']],
  ['verify.sh', []],
  ['verify.sh', ['dev', '--all']],
  ['destroy.sh', []],
])('%s %j is wrong use', async (script, args) => {
  const ran = await runScript(script, args, running);
  expect([ran.code, commandsOf(ran)]).toEqual([2, []]);
});

test.each(['deploy.sh', 'verify.sh', 'destroy.sh'])('%s --help tells what it does', async (script) => {
  const ran = await runScript(script, ['--help'], {});
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(`Usage: infra/azure/${script}`)]);
});

const verify = (answers: Answers, programs = PROGRAMS) =>
  runScript('verify.sh', ['dev'], answers, { programs });

test('what works is told line by line', async () => {
  const ran = await verify(running);
  expect([ran.refused, ran.code]).toEqual([[], 0]);
  expect(ran.stdout).not.toContain('FAILED');
  for (const app of outputs.apps as string[]) expect(ran.stdout).toContain(`process ${app}: Running`);
  expect(ran.stdout).toMatch(/all is well\n$/);
});

test.each<[string, Answers, string]>([
  [
    'a process that does not run',
    { 'containerapp show': { properties: { runningStatus: 'Stopped' } } },
    'process spymaster-dev-feed: Stopped',
  ],
  [
    'a hub with other partitions',
    { 'eventhubs eventhub show': { partitionCount: 2 } },
    'hub mbo_raw: partitions: 2, not 4',
  ],
  [
    'a secret that is missing',
    { 'keyvault secret show=gateway-token': { fails: 'SecretNotFound' } },
    'secret gateway-token: ERROR: SecretNotFound',
  ],
  [
    'an eventhouse that is missing',
    { [`rest=${FABRIC}/workspaces/workspace-1/items`]: { value: [] } },
    'workspace spymaster-dev of Fabric: nothing, not *Eventhouse*',
  ],
  [
    'an endpoint that failed',
    { 'resource show=Microsoft.MachineLearningServices': { properties: { provisioningState: 'Failed' } } },
    'Failed, not Succeeded',
  ],
])('%s is told, the rest is looked at all the same, and the exit code is 1', async (_, changed, told) => {
  const ran = await verify({ ...running, ...changed });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain(told);
  expect(commandsOf(ran)).toHaveLength(commandsOf(await verify(running)).length);
});

test('a gateway that anybody can ask is a failure, and one that does not lead to the sign-in', async () => {
  const ran = await verify(running, { ...PROGRAMS, curl: 'printf 200' });
  expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('wants a token: 200, not 401')]);
  expect(ran.stdout).toContain('sign-in asks for its registration: 200, not https://*');
});

test('what was never deployed is told as that', async () => {
  const ran = await verify({ ...running, 'deployment group show': { fails: 'DeploymentNotFound' } });
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('deploy.sh dev first')]);
});

test('a system is removed only by the name of its group', async () => {
  const destroy = (...args: string[]) => runScript('destroy.sh', ['dev', ...args], running);
  const unasked = await destroy();
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('--confirm')]);
  const other = await destroy('--confirm', 'rg-other');
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('Nothing was removed')]);
  for (const ran of [unasked, other]) expect(callsOf(ran, 'group delete')).toEqual([]);
  const meant = await destroy('--confirm', 'rg-spymaster-dev');
  expect([meant.refused, meant.code]).toEqual([[], 0]);
  expect(callsOf(meant, 'group delete')).toEqual([
    { command: 'group delete', given: { '--name': ['rg-spymaster-dev'], '--yes': [] } },
  ]);
});

test('its workspace in Fabric is named before, and removed with it', async () => {
  const args = ['dev', '--confirm', 'rg-spymaster-dev'];
  const ran = await runScript('destroy.sh', args, running);
  expect(ran.stdout).toContain('In Fabric: the workspace spymaster-dev');
  const removed = ({ calls }: Ran) =>
    calls
      .filter(({ command, given }) => command === 'group delete' || given['--method']?.[0] === 'delete')
      .map(({ given }) => (given['--url'] ?? given['--name'])[0]);
  expect(removed(ran)).toEqual([`${FABRIC}/workspaces/workspace-1`, 'rg-spymaster-dev']);
  const without = await runScript('destroy.sh', args, {
    ...running,
    'resource list=Microsoft.Fabric/capacities': [],
  });
  expect(removed(without)).toEqual(['rg-spymaster-dev']);
  expect(callsOf(without, 'rest')).toEqual([]);
});

test('a group that deploy.sh did not make is left alone, and one that is gone is no failure', async () => {
  const foreign = await runScript('destroy.sh', ['dev', '--confirm', 'rg-spymaster-dev'], {
    ...running,
    'group show': { tags: null },
  });
  expect([foreign.code, callsOf(foreign, 'group delete')]).toEqual([1, []]);
  const gone = await runScript('destroy.sh', ['dev'], { ...running, 'group exists': false });
  expect([gone.code, commandsOf(gone)]).toEqual([0, ['account show', 'group exists']]);
});

test('no script hides a failure', () => {
  for (const name of readdirSync(AZURE).filter((file) => file.endsWith('.sh'))) {
    const text = readFileSync(join(AZURE, name), 'utf8');
    expect([name, /\|\|\s*(echo|true|:)|set \+e/.test(text)]).toEqual([name, false]);
    if (name !== 'common.sh')
      expect(text.split('\n')[2]).toBe('source "$(dirname "${BASH_SOURCE[0]}")/common.sh"');
  }
  expect(readFileSync(join(AZURE, 'common.sh'), 'utf8')).toContain('set -euo pipefail');
});

test.each([
  ['group create --name rg', 'group create: the following arguments are required: --location'],
  ['group exists --name', 'group exists: argument --name: expected one argument'],
  ['group exists --name rg --force', 'group exists: unrecognized arguments: --force'],
  ['group exists --name rg other', 'group exists: unrecognized arguments: other'],
  ['group exists --name rg --name rg', 'group exists: --name is given twice'],
  ['group exists --name rg --output text', "group exists: 'text' is not a valid value for '--output'"],
  ['group vanish --name rg', "'group vanish --name' is not a command that is known here"],
])('az %s is not taken', async (words, refusal) => {
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  try {
    writeFileSync(join(folder, 'one.sh'), `az ${words}\n`);
    const ran = await runScript(join(folder, 'one.sh'), [], {});
    expect([ran.code, ran.refused, ran.stderr]).toEqual([2, [refusal], `ERROR: ${refusal}\n`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('everything the templates deploy by default is of a provider that is registered', () => {
  const builtIn = ['Microsoft.Authorization', 'Microsoft.Consumption'];
  const used = Object.values(CHOICES)
    .slice(0, 2)
    .flatMap((parameters) => deployed(main, parameters).resources.map(({ type }) => type.split('/')[0]));
  expect([...new Set(used)].filter((provider) => !builtIn.includes(provider)).sort()).toEqual(PROVIDERS);
});
