/** The env file for the `temporal` command line, with what this machine and environment overrule. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SERVER_FOLDER } from '../../infra/temporal/serverFile';
import { effectiveEnv } from './connection';
import { loadTemporalSettings } from './settings';

/**
 * `temporal.yaml`, unless something overrules it: the command line lets its file win over `TEMPORAL_*` variables, so
 * such flags are left out of a copy; and a development server may have had to take another port.
 */
export function envFileFor(environment = process.env): string {
  const settings = loadTemporalSettings(undefined, environment);
  const env = effectiveEnv(settings, environment);
  if (JSON.stringify(env) === JSON.stringify(settings.env)) return settings.file;
  const file = join(SERVER_FOLDER, 'env.yaml');
  mkdirSync(SERVER_FOLDER, { recursive: true });
  // As private as the original may be: it can name keys.
  writeFileSync(file, stringify({ env: { [environment.TEMPORAL_ENV || 'default']: env } }), { mode: 0o600 });
  return file;
}
