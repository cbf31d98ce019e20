/** The deployments that are looked at: as the files of parameters say, with everything switched on, and at the ends of what may be chosen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../infra/root';
import { deploy, type Deployment } from './deploy';
import type { Place, Value } from './functions';
import { readTemplate, type Template } from './template';

export const AZURE = join(PROJECT_ROOT, 'infra', 'azure');

export const PLACE: Place = {
  subscription: '00000000-0000-0000-0000-000000000001',
  tenant: '00000000-0000-0000-0000-000000000002',
  resourceGroup: 'rg-spymaster',
  location: 'westus2',
};

export const mainTemplate = (): Template => readTemplate(join(AZURE, 'main.bicep'));

/** Values of a file of parameters. */
export function parametersOf(name: string): Record<string, Value> {
  const { parameters } = JSON.parse(readFileSync(join(AZURE, name), 'utf8')) as {
    parameters: Record<string, { value: Value }>;
  };
  return Object.fromEntries(Object.entries(parameters).map(([key, { value }]) => [key, value]));
}

/** What deploy.sh adds the second time. */
const DEPLOYED = {
  budgetStart: '2026-01-01',
  image: 'spymaster:0.1.0',
  lakeId: 'spymaster-3f9a2c',
  operatorObjectId: '00000000-0000-0000-0000-000000000003',
};
export const EVERYTHING: Record<string, Value> = {
  ...DEPLOYED,
  environment: 'dev',
  temporal: 'self-hosted',
  privateNetwork: true,
  operatorAddress: '192.0.2.7',
  gatewayClientId: '00000000-0000-0000-0000-000000000004',
  gatewayRoles: ['Desk.Read'],
  fabric: true,
  fabricAdministrators: ['someone@example.com'],
  databricks: true,
  purview: true,
  alertEmails: ['desk@example.com', 'night@example.com'],
};
const CLOUD = { temporalAddress: 'spymaster.a1b2c.tmprl.cloud:7233', temporalNamespace: 'spymaster.a1b2c' };

export const CHOICES: Record<string, Record<string, Value>> = {
  'dev.parameters.json': { ...DEPLOYED, ...parametersOf('dev.parameters.json') },
  'prod.parameters.json': { ...DEPLOYED, ...CLOUD, ...parametersOf('prod.parameters.json') },
  'before there is an image': { budgetStart: '2026-01-01', environment: 'dev' },
  'a certificate of Temporal Cloud': { ...DEPLOYED, ...CLOUD, environment: 'dev', temporal: 'cloud-mtls' },
  'no live data, no machine learning': {
    ...DEPLOYED,
    ...CLOUD,
    environment: 'dev',
    liveFeed: false,
    machineLearning: false,
  },
  everything: EVERYTHING,
  'the longest names': { ...EVERYTHING, namePrefix: 'market-watch', environment: 'acceptance'.slice(0, 6) },
  'the shortest names': { ...EVERYTHING, namePrefix: 'spy', environment: 'qa' },
};

export const deployed = (template: Template, parameters: Record<string, Value>): Deployment =>
  deploy(template, parameters, PLACE);
