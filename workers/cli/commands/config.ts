/** `spymaster config`: the configuration as it is used. */
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { withLevels } from '../../../graph/levels/chosenLevels';
import { readChosenLevels } from '../../../lake/chosenLevels';
import { loadConfig } from '../../config';
import { shownAlerts } from '../../gateway/alerts/alertsConfig';
import { connectConfig, profileToml } from '../../temporal/connection';
import { loadTemporalSettings } from '../../temporal/settings';
import { shownSecret } from '../../../lake/secrets/reference';
import { openLake } from '../openLake';
import { note, print, printJson } from '../terminal/output';

export function define(config: Command): void {
  config.option('--json', 'print one JSON document').action(show);
  config
    .command('toml')
    .description('Print the Temporal connection as a profile of temporal.toml, the newer format.')
    .action(toml);
}

async function show({ json }: { json?: boolean }): Promise<void> {
  const settings = loadTemporalSettings();
  const { connectionOptions, namespace } = connectConfig(settings);
  const { control, cpu, schedules, searchAttributes } = settings;
  const config = loadConfig();
  const { connectionString, namespace: hubs, ...eventHubs } = config.eventHubs;
  const { token, entra, alerts, ...gateway } = config.gateway;
  const { store } = await openLake(config);
  const chosen = await readChosenLevels(store);
  const effective = {
    ...config,
    features: withLevels(config.features, chosen),
    ...(chosen?.levels && { levelsChosen: `in the application, ${chosen.at}` }),
    gateway: {
      token: shownSecret(token),
      entra: entra ? { ...entra, clientSecret: shownSecret(entra.clientSecret) } : 'not set',
      ...gateway,
      alerts: shownAlerts(alerts),
    },
    eventHubs: {
      namespace: hubs ?? (connectionString === undefined ? 'of this machine' : 'of the connection string'),
      connectionString: shownSecret(connectionString),
      ...eventHubs,
    },
    temporal: {
      file: settings.file,
      address: connectionOptions.address,
      namespace,
      tls: Boolean(connectionOptions.tls),
      apiKey:
        typeof connectionOptions.apiKey === 'string' ? shownSecret(connectionOptions.apiKey) : 'not set',
      control,
      cpu,
      schedules,
      searchAttributes,
    },
  };
  if (json) printJson(effective);
  else print(stringify(effective));
}

/** Without the API key: what is printed ends in files, logs and screens. */
async function toml(): Promise<void> {
  const { env, ...settings } = loadTemporalSettings();
  const { 'api-key': key, ...open } = env;
  print(Buffer.from(profileToml({ ...settings, env: open })).toString());
  if (key !== undefined)
    note(
      `The API key of ${settings.file} is left out: give it as TEMPORAL_API_KEY, or write it in as api_key.`,
    );
}
