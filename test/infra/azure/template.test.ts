import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import {
  AZURE,
  CHOICES,
  EVERYTHING,
  PLACE,
  deployed,
  mainTemplate,
  parametersOf,
} from '../../support/bicep/deployments';
import { SECRET, deploy, type Deployed, type Deployment } from '../../support/bicep/deploy';
import type { Value } from '../../support/bicep/functions';
import { loadGrammar } from '../../support/bicep/parse';
import { symbolFaults } from '../../support/bicep/symbols';
import { readTemplate, templatesOf, type Template } from '../../support/bicep/template';
import { NAMES } from './names';

const choices = Object.keys(CHOICES);
let main: Template;
const deployments: Record<string, Deployment> = {};
beforeAll(async () => {
  await loadGrammar();
  main = mainTemplate();
  for (const [choice, parameters] of Object.entries(CHOICES))
    deployments[choice] = deployed(main, parameters);
});

const facts = (name: string) =>
  JSON.parse(readFileSync(join(AZURE, 'facts', name), 'utf8')) as { resources: Record<string, object> };
const ajv = new Ajv({ strict: false, allErrors: true });
const schemas = [facts('armSchemas.json'), facts('handWritten.json')].map((document, k) => {
  ajv.addSchema(document, `schemas-${k}`);
  return Object.keys(document.resources).map((type): [string, string] => [
    type,
    `schemas-${k}#/resources/${type.replaceAll('/', '~1')}`,
  ]);
});
const references = new Map(schemas.flat());
function schemaOf({ type, apiVersion }: Deployed): ValidateFunction | undefined {
  const reference = references.get(`${type}@${apiVersion}`);
  return reference === undefined ? undefined : ajv.getSchema(reference);
}
const faultsOf = (resource: Deployed, body: Value = resource.body): string[] => {
  const validate = schemaOf(resource);
  if (!validate) return [`${resource.at}: no schema of ${resource.type}@${resource.apiVersion}`];
  // As it is sent: null is left out.
  const sent = JSON.parse(JSON.stringify(body, (_, value: unknown) => value ?? undefined)) as unknown;
  return validate(sent)
    ? []
    : validate.errors!.map(
        ({ instancePath, message, params }) =>
          `${resource.at} ${resource.name}${instancePath} ${message} ${JSON.stringify(params)}`,
      );
};

test('every name that a template uses is declared, and every one declared is used', () => {
  const templates = [...templatesOf(main), readTemplate(join(AZURE, 'modules', 'scoringAutoscale.bicep'))];
  expect(templates.length).toBeGreaterThan(15);
  expect(templates.flatMap(symbolFaults)).toEqual([]);
});

test.each(choices)('%s: Azure knows every property that is sent, and its values', (choice) => {
  expect(deployments[choice].resources.flatMap((resource) => faultsOf(resource))).toEqual([]);
});

test('a property that Azure does not know is found in the body of every resource', () => {
  for (const resource of deployments.everything.resources) {
    const misspelt = { ...(resource.body.properties as object), proprety: 1 };
    expect([
      resource.type,
      faultsOf(resource, { ...resource.body, properties: misspelt }).length > 0,
    ]).toEqual([resource.type, true]);
  }
});

test.each(choices)('%s: names are such as their services take, and each is there once', (choice) => {
  const { resources } = deployments[choice];
  const wrong = resources.filter(({ type, name }) => !NAMES[type]?.test(name.split('/').at(-1)!));
  expect(wrong.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  const ids = resources.map(({ id }) => id.toLowerCase());
  expect(ids.filter((id, k) => ids.indexOf(id) !== k)).toEqual([]);
});

test.each(choices)('%s: no secret is put out, nor given on as if it were none', (choice) => {
  const { outputs, given, resources } = deployments[choice];
  expect(JSON.stringify(outputs)).not.toContain(SECRET);
  expect(given.filter(({ secure, value }) => !secure && JSON.stringify(value).includes(SECRET))).toEqual([]);
  const shown = resources.filter(({ type, body }) => {
    // Secrets of an app and the password of a database are where such things belong.
    const { properties, ...rest } = body as { properties?: Record<string, Value> };
    const { configuration, administratorLoginPassword, ...others } = (properties ?? {}) as Record<
      string,
      Value
    >;
    const { secrets, ...open } = (configuration ?? {}) as Record<string, Value>;
    void secrets;
    const all = type.startsWith('Microsoft.DBforPostgreSQL')
      ? others
      : { ...others, administratorLoginPassword };
    return JSON.stringify([rest, all, open]).includes(SECRET);
  });
  expect(shown.map(({ name }) => name)).toEqual([]);
});

test('the only secret of a template goes from the vault into the database of Temporal and its server', () => {
  const { resources, given } = deployments.everything;
  const holders = resources
    .filter(({ body }) => JSON.stringify(body).includes(SECRET))
    .map(({ type }) => type);
  expect(holders).toEqual(['Microsoft.DBforPostgreSQL/flexibleServers', 'Microsoft.App/containerApps']);
  expect(
    given.filter(({ value }) => JSON.stringify(value).includes(SECRET)).map(({ param }) => param),
  ).toEqual(['password']);
});

test('nothing is entered by a key where Entra ID can be asked, and nothing is open to all', () => {
  for (const { resources } of Object.values(deployments))
    for (const { type, name, body } of resources) {
      const properties = body.properties as Record<string, Value>;
      if (type === 'Microsoft.EventHub/namespaces') expect(properties.disableLocalAuth).toBe(true);
      if (type === 'Microsoft.ContainerRegistry/registries') expect(properties.adminUserEnabled).toBe(false);
      if (type === 'Microsoft.KeyVault/vaults') expect(properties.enablePurgeProtection).toBe(true);
      if (type === 'Microsoft.KeyVault/vaults' && !name.includes('ml-'))
        expect(properties.enableRbacAuthorization).toBe(true);
      if (type !== 'Microsoft.Storage/storageAccounts') continue;
      expect(properties).toMatchObject({
        allowBlobPublicAccess: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      });
      if (name.includes('lake'))
        expect(properties).toMatchObject({ allowSharedKeyAccess: false, isHnsEnabled: true });
    }
});

test('in a private network lake, hubs, vault and registry have an endpoint each, and are reached by nobody else but the operator', () => {
  const { resources } = deployments.everything;
  const endpoints = resources.filter(({ type }) => type === 'Microsoft.Network/privateEndpoints');
  const parts = endpoints.map(({ body }) => {
    const [connection] = (
      body.properties as { privateLinkServiceConnections: { properties: { groupIds: string[] } }[] }
    ).privateLinkServiceConnections;
    return connection.properties.groupIds[0];
  });
  expect(parts.sort()).toEqual(['blob', 'dfs', 'namespace', 'registry', 'vault']);
  const prod = deployments['prod.parameters.json'].resources;
  const access = (type: string) =>
    prod
      .filter((resource) => resource.type === type && !/mls|ml-/.test(resource.name))
      .map(({ body }) => (body.properties as Record<string, Value>).publicNetworkAccess);
  for (const type of [
    'Microsoft.Storage/storageAccounts',
    'Microsoft.EventHub/namespaces',
    'Microsoft.KeyVault/vaults',
  ])
    expect([type, access(type)]).toEqual([type, ['Disabled']]);
  const lake = resources.find(
    ({ type, name }) => type === 'Microsoft.Storage/storageAccounts' && name.includes('lake'),
  )!;
  expect(lake.body.properties).toMatchObject({
    publicNetworkAccess: 'Enabled',
    networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '192.0.2.7' }] },
  });
});

/** Ids of built-in roles, which are the same everywhere. */
const ROLES: Record<string, string> = {
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  '2b629674-e913-4c01-ae53-ef4638d8f975': 'Azure Event Hubs Data Sender',
  'a638d3c7-ab3a-418d-83e6-5f17a39d4fde': 'Azure Event Hubs Data Receiver',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
  '7f951dda-4ed3-4680-a7ca-43fe172d538d': 'AcrPull',
};

test('each process may do what it has to, and nothing else', () => {
  const { resources } = deployments['a certificate of Temporal Cloud'];
  const may: Record<string, string[]> = {};
  for (const { type, body, scope } of resources) {
    if (type !== 'Microsoft.Authorization/roleAssignments') continue;
    const { roleDefinitionId, principalId } = body.properties as Record<string, string>;
    const who = /^<(.*?)\./.exec(principalId)?.[1] ?? 'operator';
    const what = ROLES[roleDefinitionId.split('/').at(-1)!];
    (may[who.replace(/^id-spymaster-dev-/, '')] ??= []).push(
      `${what} ${scope!
        .split('/')
        .at(-1)!
        .replace(/^(kv|acr|spymasterdevlake).*/, '$1')}`,
    );
  }
  const sorted = Object.fromEntries(Object.entries(may).map(([who, what]) => [who, what.sort()]));
  const temporal = [
    'Key Vault Secrets User payload-key',
    'Key Vault Secrets User temporal-client-cert',
    'Key Vault Secrets User temporal-client-key',
  ];
  const hub = (role: string, name: string) => `Azure Event Hubs Data ${role} ${name}`;
  expect(sorted).toEqual({
    feed: [
      'AcrPull acr',
      hub('Receiver', 'mbo_raw'),
      hub('Sender', 'mbo_raw'),
      'Key Vault Secrets User databento-api-key',
    ],
    live: [
      'AcrPull acr',
      hub('Receiver', 'features_gold'),
      hub('Receiver', 'inference_results'),
      hub('Receiver', 'mbo_raw'),
      hub('Sender', 'features_gold'),
      hub('Sender', 'inference_results'),
      ...temporal,
      'Storage Blob Data Contributor checkpoints',
      'Storage Blob Data Contributor lake',
    ],
    worker: ['AcrPull acr', ...temporal, 'Storage Blob Data Contributor lake'],
    gateway: [
      'AcrPull acr',
      hub('Receiver', 'inference_results'),
      hub('Receiver', 'mbo_raw'),
      'Key Vault Secrets User gateway-token',
      ...temporal,
      'Storage Blob Data Contributor lake',
    ],
    scorer: ['AcrPull acr', 'Storage Blob Data Reader lake'],
    'mlw-spymaster-dev': [
      'Storage Blob Data Contributor ml-artifacts',
      'Storage Blob Data Reader lake',
      'Storage Blob Data Reader raw-dbn',
    ],
    operator: ['Key Vault Secrets Officer kv', 'Storage Blob Data Contributor spymasterdevlake'],
  });
});

test.each(['dev.parameters.json', 'prod.parameters.json'])('%s names parameters there are', (file) => {
  const names = Object.keys(parametersOf(file));
  expect(names.filter((name) => !main.params.has(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(3);
});

test('a value that may not be chosen is refused', () => {
  expect(() => deployed(main, { ...EVERYTHING, temporal: 'somewhere' })).toThrow('temporal must be one of');
  expect(() => deployed(main, { ...EVERYTHING, namePrefix: 'much-too-long-a-name' })).toThrow(
    'namePrefix is too long',
  );
  expect(() => deployed(main, { ...EVERYTHING, budget: '500' })).toThrow('budget must be int');
});

test('what is deployed again keeps its names, and another group gets others', () => {
  const names = (deployment: Deployment) => deployment.resources.map(({ id }) => id);
  expect(names(deployed(main, EVERYTHING))).toEqual(names(deployments.everything));
  const other = deploy(main, EVERYTHING, { ...PLACE, resourceGroup: 'rg-other' });
  // What is addressed by its name from anywhere.
  const global = /storageAccounts\/[a-z0-9]+$|registries\/[^/]+$|vaults\/[^/]+$|EventHub\/namespaces\/[^/]+$/;
  const last = (ids: string[]) => ids.filter((id) => global.test(id)).map((id) => id.split('/').at(-1)!);
  const [ours, theirs] = [names(deployments.everything), names(other)].map(last);
  expect(ours).toHaveLength(7);
  expect(theirs.filter((name) => ours.includes(name))).toEqual([]);
});

test('what is wrong in a template is found, with its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  try {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('module.bicep', 'param needed string\noutput out string = needed\n');
    write(
      'main.bicep',
      [
        "param unused string = 'a'",
        "module one 'module.bicep' = {",
        "  name: 'one'",
        '  params: { neded: missing }',
        '}',
        'output wrong string = one.outputs.uot',
        'output called string = noSuchFunction(1)',
      ].join('\n'),
    );
    const faults = symbolFaults(readTemplate(join(folder, 'main.bicep')));
    expect(faults.map((fault) => fault.replace(`${folder}/`, ''))).toEqual([
      'main.bicep:4: there is no symbol missing',
      'main.bicep:7: there is no function noSuchFunction',
      'main.bicep:2: module one has no parameter neded',
      'main.bicep:2: module one needs needed',
      'main.bicep:6: module one has no output uot',
      'main.bicep:1: nothing uses unused',
    ]);
    write('broken.bicep', "param a string = = 'b'\n");
    expect(() => readTemplate(join(folder, 'broken.bicep'))).toThrow('broken.bicep:1: no Bicep');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a scoring endpoint that is there is left alone', () => {
  const endpoints = (exists: boolean) =>
    deployed(main, { ...EVERYTHING, scoringEndpointExists: exists }).resources.filter(({ type }) =>
      type.endsWith('/onlineEndpoints'),
    );
  expect(endpoints(false)).toHaveLength(1);
  expect(endpoints(true)).toEqual([]);
});
