import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { DYNAMIC_CONFIG } from '../../../infra/temporal/devServer';
import { COMMANDS } from '../../../workers/cli/commands';
import { loadConfig } from '../../../workers/config';
import { CPU_QUEUE } from '../../../workflows/queues';
import { AZURE, CHOICES, deployed, mainTemplate, PLACE } from '../../support/bicep/deployments';
import type { Deployed, Deployment } from '../../support/bicep/deploy';
import type { Value } from '../../support/bicep/functions';
import { loadGrammar } from '../../support/bicep/parse';
import { isRead } from '../../support/variablesRead';

interface Variable {
  name: string;
  value?: string;
  secretRef?: string;
}

interface App {
  name: string;
  args: string[];
  env: Variable[];
  probes: { httpGet: { path: string; port: number } }[];
  resources: { cpu: number; memory: string };
  mounts: string[];
  ingress: { targetPort: number; external: boolean } | null;
  secrets: { name: string; value?: string; keyVaultUrl?: string }[];
  scale: { minReplicas: number; maxReplicas: number; rules: { custom?: Record<string, Value> }[] };
}

interface TemporalServer {
  properties: {
    configuration: { secrets: { name: string; value: string }[] };
    template: {
      containers: { env: Variable[]; volumeMounts: { mountPath: string }[] }[];
      volumes: { secrets: { secretRef: string; path: string }[] }[];
    };
  };
}

type Container = Pick<App, 'args' | 'env' | 'probes' | 'resources'> & {
  volumeMounts: { mountPath: string }[];
};

const choices = Object.keys(CHOICES).filter((choice) => choice !== 'before there is an image');
const deployments: Record<string, Deployment> = {};
beforeAll(async () => {
  await loadGrammar();
  const main = mainTemplate();
  for (const choice of choices) deployments[choice] = deployed(main, CHOICES[choice]);
});

/** The container apps that run the product. */
function appsOf(choice: string): App[] {
  return deployments[choice].resources
    .filter(({ type, name }) => type === 'Microsoft.App/containerApps' && !name.endsWith('-temporal'))
    .map(({ name, body }: Deployed) => {
      const { configuration, template } = body.properties as Record<string, Record<string, never>>;
      const [container] = template.containers as unknown as Record<string, never>[];
      const { args, env, probes, resources, volumeMounts } = container as unknown as Container;
      return {
        name: name.split('-').at(-1)!,
        args,
        env,
        probes,
        resources,
        mounts: volumeMounts.map(({ mountPath }) => mountPath),
        ingress: configuration.ingress as App['ingress'],
        secrets: configuration.secrets as App['secrets'],
        scale: template.scale as App['scale'],
      };
    });
}

test('the processes are those of the product, each once', () => {
  expect(appsOf('prod.parameters.json').map(({ name }) => name)).toEqual([
    'feed',
    'live',
    'control',
    'batch',
    'gateway',
    'scorer',
  ]);
  expect(appsOf('no live data, no machine learning').map(({ name }) => name)).not.toContain('feed');
});

test.each(choices)('%s: each process is a command of the product, with options it has', async (choice) => {
  for (const { args } of appsOf(choice)) {
    const [name, ...options] = args;
    const entry = COMMANDS.find(({ usage }) => usage.split(' ')[0] === name);
    expect([name, entry !== undefined]).toEqual([name, true]);
    const command = new Command(name).exitOverride().configureOutput({ writeErr: () => {} });
    entry!.load().define(command);
    await command.action(() => {}).parseAsync(options, { from: 'user' });
    expect(command.args).toEqual([]);
  }
});

test.each([
  ['dev.parameters.json', ['setup']],
  ['prod.parameters.json', ['schedules', 'apply']],
  ['a certificate of Temporal Cloud', ['schedules', 'apply']],
])('%s: after a deployment as much of the namespace is prepared as may be, by a command', (choice, given) => {
  const job = deployments[choice].resources.find(({ type }) => type === 'Microsoft.App/jobs')!;
  const [{ args }] = (job.body.properties as { template: { containers: { args: string[] }[] } }).template
    .containers;
  expect(args).toEqual(given);
  const [name, ...subcommands] = args;
  const command = new Command(name);
  COMMANDS.find(({ usage }) => usage.split(' ')[0] === name)!
    .load()
    .define(command);
  expect(command.commands.map((one) => one.name())).toEqual(expect.arrayContaining(subcommands));
});

test('an option that a command does not have is refused', async () => {
  const command = new Command('worker').exitOverride().configureOutput({ writeErr: () => {} });
  COMMANDS.find(({ usage }) => usage.startsWith('worker'))!
    .load()
    .define(command);
  await expect(command.action(() => {}).parseAsync(['--rol', 'cpu'], { from: 'user' })).rejects.toThrow(
    'unknown option',
  );
});

test.each(choices)('%s: each variable is one that is read, and each secret one that is there', (choice) => {
  for (const { name, env, secrets } of appsOf(choice)) {
    for (const variable of env) {
      const read = isRead(variable.name);
      expect([name, variable.name, read]).toEqual([name, variable.name, true]);
      expect(variable.value === undefined).toBe(variable.secretRef !== undefined);
      if (variable.secretRef !== undefined)
        expect(secrets.map((secret) => secret.name)).toContain(variable.secretRef);
    }
    const names = env.map((variable) => variable.name);
    expect(new Set(names).size).toBe(names.length);
    // Of the vault, but for the configuration, which holds none.
    expect(
      secrets.filter(({ keyVaultUrl }) => keyVaultUrl === undefined).map((secret) => secret.name),
    ).toEqual(['configuration']);
  }
});

test.each(choices)(
  '%s: probes ask ports that are served, and the configuration lies where it is looked for',
  (choice) => {
    for (const { name, args, env, probes, ingress, mounts } of appsOf(choice)) {
      const option = (flag: string) =>
        args.includes(flag) ? Number(args[args.indexOf(flag) + 1]) : undefined;
      for (const { httpGet } of probes)
        expect([name, httpGet.port]).toEqual([
          name,
          option(httpGet.path === '/metrics' ? '--metrics-port' : '--port'),
        ]);
      if (ingress) expect(ingress.targetPort).toBe(option('--port'));
      const file = env.find((variable) => variable.name === 'SPYMASTER_CONFIG')!.value!;
      expect(mounts.map((mount) => `${mount}/spymaster.config.yaml`)).toContain(file);
    }
    expect(
      appsOf(choice)
        .filter(({ ingress }) => ingress?.external)
        .map(({ name }) => name),
    ).toEqual(['gateway']);
  },
);

/** Of an environment of container apps, which only Azure names. */
const DOMAIN = 'happybay-1a2b3c4d.westus2.azurecontainerapps.io';

test.each(choices)(
  '%s: the configuration of each process is one the product takes, and says where everything is',
  (choice) => {
    const { outputs } = deployments[choice];
    const { gatewayClientId, gatewayRoles } = CHOICES[choice];
    const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
    try {
      for (const { name, env, secrets } of appsOf(choice)) {
        const file = join(folder, `${name}.yaml`);
        const text = secrets.find((secret) => secret.name === 'configuration')!.value!;
        writeFileSync(file, text.replaceAll(/<[^<>]*defaultDomain>/g, DOMAIN));
        const variables = Object.fromEntries(env.map((variable) => [variable.name, variable.value]));
        const config = loadConfig({ ...variables, SPYMASTER_CONFIG: file });
        expect(config).toMatchObject({
          lake: outputs.lake,
          vault: outputs.vaultUri,
          eventHubs: {
            namespace: outputs.eventHubsHost,
            checkpoints: `https://${outputs.storageAccount as string}.blob.core.windows.net/checkpoints`,
          },
          gateway: {
            token: 'vault:gateway-token',
            names: [(outputs.gatewayUrl as string).replace('https://', '').replace(/<.*>/, DOMAIN)],
          },
          metrics: { host: '0.0.0.0' },
          cache: { folder: '/scratch/cache' },
          duckdb: { spillFolder: '/scratch' },
        });
        expect(config.gateway.entra).toEqual(
          gatewayClientId && {
            issuer: `https://login.microsoftonline.com/${PLACE.tenant}/v2.0`,
            clientId: gatewayClientId,
            clientSecret: 'vault:gateway-client-secret',
            roles: gatewayRoles,
            audiences: [],
            scopes: ['access_as_user'],
          },
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('another configuration lies elsewhere, so that processes are started anew with it', () => {
  const place = (choice: string) =>
    appsOf(choice)[0].env.find(({ name }) => name === 'SPYMASTER_CONFIG')!.value;
  expect(place('prod.parameters.json')).not.toBe(place('dev.parameters.json'));
});

test('the server of Temporal hands out what waits as that of one machine does', () => {
  const { properties } = deployments.everything.resources.find(({ name }) => name.endsWith('-temporal'))!
    .body as unknown as TemporalServer;
  const { value } = properties.configuration.secrets.find(({ name }) => name === 'dynamic-config')!;
  expect(JSON.parse(value)).toEqual(
    Object.fromEntries(Object.entries(DYNAMIC_CONFIG).map(([key, one]) => [key, [{ value: one }]])),
  );
  const [{ env, volumeMounts }] = properties.template.containers;
  const [{ secrets }] = properties.template.volumes;
  expect(env.find(({ name }) => name === 'DYNAMIC_CONFIG_FILE_PATH')!.value).toBe(
    `${volumeMounts[0].mountPath}/${secrets[0].path}`,
  );
  expect(secrets[0].secretRef).toBe('dynamic-config');
});

test.each([
  ['prod.parameters.json', true],
  ['dev.parameters.json', false],
])(
  '%s: whoever speaks with Temporal encrypts alike, where that is not of this group',
  (choice, encrypted) => {
    const speaking = appsOf(choice).filter(({ env }) => env.some(({ name }) => name === 'TEMPORAL_ADDRESS'));
    expect(speaking.map(({ name }) => name)).toEqual(['live', 'control', 'batch', 'gateway']);
    for (const { env } of speaking)
      expect(env.find(({ name }) => name === 'SPYMASTER_PAYLOAD_KEY')?.value).toBe(
        encrypted ? 'vault:payload-key' : undefined,
      );
  },
);

test('hubs, partitions and consumer groups are those the product knows', () => {
  const { resources } = deployments.everything;
  const of = (type: string) =>
    resources.filter((resource) => resource.type === `Microsoft.EventHub/namespaces/eventhubs${type}`);
  const groups = of('/consumergroups').map(({ name }) => name.split('/').slice(1).join('/'));
  const hubs = of('').map(({ name, body }) => ({
    name: name.split('/')[1],
    partitions: (body.properties as { partitionCount: number }).partitionCount,
    consumerGroups: groups
      .filter((group) => group.startsWith(`${name.split('/')[1]}/`))
      .map((group) => group.split('/')[1]),
  }));
  expect(hubs).toEqual(HUBS);
});

const keda = JSON.parse(readFileSync(join(AZURE, 'facts', 'kedaTemporal.json'), 'utf8')) as {
  required: string[];
  metadata: string[];
  authentication: string[];
};

test.each([
  ['prod.parameters.json', ['apiKey'], 0],
  ['a certificate of Temporal Cloud', ['cert', 'key'], 0],
  ['dev.parameters.json', [], 1],
])('%s: batch workers come and go with the backlog of their task queue', (choice, authentication, least) => {
  const { scale, env, secrets } = appsOf(choice).find(({ name }) => name === 'batch')!;
  const { type, metadata, auth } = scale.rules[0].custom as unknown as {
    type: string;
    metadata: Record<string, string>;
    auth: { triggerParameter: string; secretRef: string }[];
  };
  expect(type).toBe('temporal');
  expect(Object.keys(metadata).filter((name) => !keda.metadata.includes(name))).toEqual([]);
  expect(keda.required.filter((name) => !metadata[name])).toEqual([]);
  const value = (name: string) => env.find((variable) => variable.name === name)?.value;
  expect(metadata).toMatchObject({
    endpoint: value('TEMPORAL_ADDRESS'),
    namespace: value('TEMPORAL_NAMESPACE'),
    taskQueue: `spymaster-3f9a2c.${CPU_QUEUE}`,
    queueTypes: 'activity',
  });
  expect(auth.map(({ triggerParameter }) => triggerParameter)).toEqual(authentication);
  expect(authentication.filter((name) => !keda.authentication.includes(name))).toEqual([]);
  for (const { secretRef } of auth) expect(secrets.map(({ name }) => name)).toContain(secretRef);
  expect(scale.minReplicas).toBe(least);
  expect(scale.maxReplicas).toBeGreaterThan(1);
});

test.each(choices)('%s: CPUs and memory are a pair the service offers', (choice) => {
  for (const { name, resources } of appsOf(choice)) {
    expect([name, `${2 * resources.cpu}Gi`]).toEqual([name, resources.memory]);
    expect(resources.cpu).toBeLessThanOrEqual(4);
  }
});

/** Secrets that a process fetches itself, by what its configuration says. */
const namedIn = (configuration: string): string[] =>
  [...configuration.matchAll(/"vault:([\w-]+)"/g)].map(([, name]) => name);

test.each(choices)('%s: whatever the gateway fetches from the vault it may read, and it alone', (choice) => {
  const { resources } = deployments[choice];
  const readers = resources.flatMap(({ type, scope, body }) => {
    const [, secret] = /\/secrets\/(gateway-.*)/.exec(scope ?? '') ?? [];
    if (type !== 'Microsoft.Authorization/roleAssignments' || secret === undefined) return [];
    const { principalId } = body.properties as { principalId: string };
    return [`${secret}: ${/^<id-.*-(\w+)\./.exec(principalId)![1]}`];
  });
  const { secrets } = appsOf(choice).find(({ name }) => name === 'gateway')!;
  const fetched = namedIn(secrets.find(({ name }) => name === 'configuration')!.value!);
  expect(fetched).toContain('gateway-token');
  expect(readers.sort()).toEqual(fetched.map((secret) => `${secret}: gateway`).sort());
});

test('every secret that a process reads is asked for before it is deployed', () => {
  for (const choice of choices) {
    const { outputs } = deployments[choice];
    const read = appsOf(choice).flatMap(({ secrets, env }) => [
      ...env.flatMap(({ value }) => value?.match(/^vault:(.+)/)?.[1] ?? []),
      ...secrets.flatMap(({ keyVaultUrl, value }) => keyVaultUrl?.split('/').at(-1) ?? namedIn(value!)),
    ]);
    expect(read.filter((secret) => !(outputs.secretsNeeded as string[]).includes(secret))).toEqual([]);
  }
});
