/** Spymaster's own configuration: one file, overruled by the environment. Temporal's part is in `temporal.yaml`. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { disagreements, featureChoices, productOverrides, type FeatureSettings } from '../graph/settings';
import { SpymasterError } from '../graph/errors';
import { PROJECT_ROOT } from '../infra/root';
import { bytesOf, isSize, type EngineSettings } from '../lake/parquet/engineSettings';
import type { CacheSettings } from '../lake/store/fileCache';
import { isRemote, requireLocation } from '../lake/store/open';
import type { LineageSettings } from '../activities/lineage/toldRun';
import { readYaml, validate } from './configFile';
import { eventHubsConfig, withEnvironment, type EventHubsConfig } from './eventHubs/hubsConfig';
import { alertsConfig, type AlertsConfig } from './gateway/alerts/alertsConfig';
import { isToken, requireToken, TOKEN_RULE } from './gateway/credentials';
import { lineageSettings } from './observing/lineageConfig';
import { entraConfig, type EntraConfig } from './gateway/entra/entraConfig';
import { DEFAULT_METRICS_PORT, type MetricsConfig } from './observing/place';
import { isReference, secretSetting } from '../lake/secrets/reference';

const DEFAULT_FILE = join(PROJECT_ROOT, 'spymaster.config.yaml');
const DEFAULT_LAKE = join('.spymaster', 'lake');
const DEFAULT_CACHE = join('.spymaster', 'cache');
const BY_DEFAULT = 'the default';
const TOKEN_VARIABLE = 'SPYMASTER_GATEWAY_TOKEN';
const SECRET_VARIABLE = 'SPYMASTER_WEBHOOK_SECRET';
const VAULT_VARIABLE = 'SPYMASTER_VAULT';

const size = z.string().refine(isSize, 'must be a number and a unit, such as 512MB or 2GiB');

/** Where Prometheus asks for the metrics of processes that stay up. */
const metrics = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.union([z.int().min(1).max(65_000), z.literal('off')]).default(DEFAULT_METRICS_PORT),
});

const vaultAddress = z.url({ protocol: /^https$/, error: 'must be such as https://NAME.vault.azure.net' });

const schema = z
  .strictObject({
    /** Folder of the lake, relative to the file, or `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH`. */
    lake: z.string().min(1).optional(),
    /** Where secrets are that are given as `vault:NAME`; or SPYMASTER_VAULT. */
    vault: vaultAddress.optional(),
    duckdb: z
      .strictObject({
        memory: size.optional(),
        spillFolder: z.string().min(1).optional(),
        spillLimit: size.optional(),
      })
      .default({}),
    /** Where files of a lake in Azure are kept on this machine, and how much of them. */
    cache: z
      .strictObject({ folder: z.string().min(1).default(DEFAULT_CACHE), size: size.default('20GB') })
      .prefault({}),
    /** Where models are tracked; they are kept in the lake in any case. */
    mlflow: z.strictObject({ trackingUri: z.url({ protocol: /^https?$/ }) }).optional(),
    eventHubs: eventHubsConfig.prefault({}),
    gateway: z
      .strictObject({
        /** What requests must show; better in the environment, as SPYMASTER_GATEWAY_TOKEN. Without one, only this machine is served. */
        token: secretSetting(isToken, TOKEN_RULE).optional(),
        /** Sign-in by Entra ID, beside the token or in its place. */
        entra: entraConfig.optional(),
        /** Names by which it is reached, such as that of a proxy in front of it. */
        names: z.array(z.hostname().toLowerCase()).default([]),
        /** Where alerts on approaches and touches are sent. */
        alerts: alertsConfig.prefault({}),
      })
      .prefault({}),
    metrics: metrics.prefault({}),
    products: productOverrides.default({}),
    features: featureChoices.prefault({}),
  })
  .superRefine((chosen, context) => {
    for (const { path, message } of disagreements(chosen))
      context.addIssue({ code: 'custom', path, message });
  });

export interface Config {
  /** The file it was read from; undefined without a file, where everything has its default. */
  file?: string;
  /** Where the lake is: an absolute folder, or an address in Azure. */
  lake: string;
  /** What names it, in words: `SPYMASTER_LAKE`, the file, or `the default`. */
  lakeNamedBy: string;
  /** Address of the Key Vault that references to secrets are to. */
  vault?: string;
  /** What DuckDB may use of the machine; a folder is absolute. */
  duckdb: EngineSettings;
  /** Where files of a lake in Azure are kept. */
  cache: CacheSettings;
  /** Address of the MLflow server models are tracked in too. */
  mlflow?: { trackingUri: string };
  eventHubs: EventHubsConfig;
  gateway: { token?: string; entra?: EntraConfig; names: string[]; alerts: AlertsConfig };
  metrics: MetricsConfig;
  /** How builds are told of as lineage, where the environment wants that. */
  lineage?: LineageSettings;
  /** Products among them. */
  features: FeatureSettings;
}

/**
 * Reads `spymaster.config.yaml` of the project, or the file SPYMASTER_CONFIG names. SPYMASTER_LAKE names the lake,
 * relative to the current folder, MLFLOW_TRACKING_URI the MLflow server, EVENTHUB_CONNECTION_STRING or EVENTHUB_NAMESPACE the namespace of
 * the hubs, SPYMASTER_VAULT the vault, and SPYMASTER_GATEWAY_TOKEN is the token of the gateway; SPYMASTER_WEBHOOK_SECRET signs for webhooks
 * without a secret of their own; OPENLINEAGE_... say where lineage goes. What secrets refer to is not read yet.
 * @param usual the file where none is named; it need not be there
 * @throws SpymasterError BadConfig naming every wrong value
 */
export function loadConfig(environment = process.env, usual = DEFAULT_FILE): Config {
  const named = environment.SPYMASTER_CONFIG;
  const file = named ? resolve(named) : usual;
  const present = Boolean(named) || existsSync(file);
  const {
    lake,
    vault: ofFile,
    duckdb,
    cache,
    mlflow,
    eventHubs,
    gateway,
    metrics,
    products,
    features,
  } = validate(schema, present ? (readYaml(file) ?? {}) : {}, file);
  const location = environment.SPYMASTER_LAKE || lake || DEFAULT_LAKE;
  requireLocation(location);
  const inFile = (path: string) => resolve(dirname(file), path);
  const { spillFolder } = duckdb;
  const token = environment[TOKEN_VARIABLE];
  const lineage = lineageSettings(environment);
  const vault = environment[VAULT_VARIABLE] ? vaultIn(environment) : ofFile;
  const trackingUri = environment.MLFLOW_TRACKING_URI || mlflow?.trackingUri;
  return {
    ...(present && { file }),
    lake: isRemote(location) ? location : environment.SPYMASTER_LAKE ? resolve(location) : inFile(location),
    lakeNamedBy: environment.SPYMASTER_LAKE ? 'SPYMASTER_LAKE' : lake ? `\`lake\` in ${file}` : BY_DEFAULT,
    duckdb: { ...duckdb, ...(spillFolder !== undefined && { spillFolder: inFile(spillFolder) }) },
    ...(vault !== undefined && { vault }),
    cache: { folder: inFile(cache.folder), bytes: bytesOf(cache.size) },
    eventHubs: withEnvironment(eventHubs, environment),
    gateway: {
      ...gateway,
      ...(token && { token: tokenOrReference(token, TOKEN_VARIABLE) }),
      alerts: withSecret(gateway.alerts, environment[SECRET_VARIABLE]),
    },
    metrics,
    ...(lineage && { lineage }),
    ...(trackingUri && { mlflow: { trackingUri } }),
    features: { ...features, products },
  };
}

function vaultIn(environment: NodeJS.ProcessEnv): string {
  const named = vaultAddress.safeParse(environment[VAULT_VARIABLE]);
  if (named.success) return named.data;
  throw new SpymasterError('BadConfig', `${VAULT_VARIABLE} ${named.error.issues[0].message}`, {
    field: VAULT_VARIABLE,
  });
}

const tokenOrReference = (text: string, field: string): string =>
  isReference(text) ? text : requireToken(text, field);

function withSecret({ webhooks, ...rest }: AlertsConfig, secret: string | undefined): AlertsConfig {
  const common = secret ? tokenOrReference(secret, SECRET_VARIABLE) : undefined;
  const signed = webhooks.map((webhook) => ({ ...(common && { secret: common }), ...webhook }));
  return { ...rest, webhooks: signed };
}

/** The folder of the lake of `npm start` where nobody names one: what is simulated there never comes into the lake of a user's own data. */
export const demoLake = ({ lake }: Pick<Config, 'lake'>): string => join(dirname(lake), 'demo');

/** The configuration as `npm start` takes it. */
export const demoConfig = (config: Config): Config =>
  config.lakeNamedBy === BY_DEFAULT ? { ...config, lake: demoLake(config) } : config;
