/** `spymaster config`: the configuration as it is used. */
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { printJson } from '../output';

export function registerConfig(program: Command): void {
  const config = program
    .command('config')
    .description('Print the configuration in use: spymaster.config.yaml, temporal.yaml and the environment.')
    .option('--json', 'print one JSON document')
    .action(show);
  config
    .command('toml')
    .description('Print the Temporal connection as a profile of temporal.toml, the newer format.')
    .action(toml);
}

async function show({ json }: { json?: boolean }): Promise<void> {
  const { loadConfig } = require('../../config') as typeof import('../../config');
  const { connectConfig } =
    require('../../temporal/connection') as typeof import('../../temporal/connection');
  const { loadTemporalSettings } =
    require('../../temporal/settings') as typeof import('../../temporal/settings');
  const settings = loadTemporalSettings();
  const { connectionOptions, namespace } = connectConfig(settings);
  const { control, cpu, schedules, searchAttributes } = settings;
  const effective = {
    ...loadConfig(),
    temporal: {
      file: settings.file,
      address: connectionOptions.address,
      namespace,
      tls: Boolean(connectionOptions.tls),
      apiKey: connectionOptions.apiKey ? 'set' : 'not set',
      control,
      cpu,
      schedules,
      searchAttributes,
    },
  };
  if (json) printJson(effective);
  else process.stdout.write(stringify(effective));
}

async function toml(): Promise<void> {
  const { profileToml } = require('../../temporal/connection') as typeof import('../../temporal/connection');
  const { loadTemporalSettings } =
    require('../../temporal/settings') as typeof import('../../temporal/settings');
  process.stdout.write(profileToml(loadTemporalSettings()));
}
