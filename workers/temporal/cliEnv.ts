/** The env file for the `temporal` command line, with what this machine and the environment override. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SERVER_FOLDER } from '../../infra/temporal/serverFile';
import { makeFolders } from '../../lake/store/makeFolders';
import { RECEPTION_QUEUE, controlQueue } from '../../workflows/queues';
import { effectiveEnv } from './connection';
import { loadTemporalSettings } from './settings';

/**
 * Path of `temporal.yaml`, or of a copy where something overrides it: the command line prefers its file to `TEMPORAL_*`
 * variables, so the copy leaves those flags out; a development server may have had to take another port; and what is started shall come
 * to the lake.
 * @param lake id of the configured lake; undefined when it has none yet
 */
export function envFileFor(lake: string | undefined, environment = process.env): string {
  const settings = loadTemporalSettings(undefined, environment);
  const env = effectiveEnv(settings, environment);
  if (lake !== undefined && env[QUEUE] === RECEPTION_QUEUE) env[QUEUE] = controlQueue(lake);
  if (JSON.stringify(env) === JSON.stringify(settings.env)) return settings.file;
  const file = join(SERVER_FOLDER, `env${lake === undefined ? '' : `-${lake}`}.yaml`);
  makeFolders(SERVER_FOLDER, 0o700);
  // As private as the original may be: it can name keys.
  writeFileSync(file, stringify({ env: { [environment.TEMPORAL_ENV || 'default']: env } }), { mode: 0o600 });
  return file;
}

const QUEUE = 'task-queue';
