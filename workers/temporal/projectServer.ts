/** The development server of this project, where `temporal.yaml` says. */
import { ensureDevServer, type DevServer } from '../../infra/temporal/devServer';
import { LOOPBACK, effectiveEnv } from './connection';
import { loadTemporalSettings } from './settings';

/**
 * Starts it, or uses the one that runs. Another port than the file's is taken when that is not free; the project's own
 * processes find it there, and `spymaster temporal` too.
 * @param program path of the `temporal` program
 */
export function startProjectServer(program: string): Promise<DevServer> {
  const { env, searchAttributes } = loadTemporalSettings();
  return ensureDevServer({
    program,
    namespace: env.namespace ?? 'default',
    searchAttributes,
    port: Number(env.address?.split(':').at(-1)) || undefined,
  });
}

/** What to tell the user when the server could not take the address of `temporal.yaml`, which plain `temporal` connects to. */
export function movedNote({ address }: DevServer): string | undefined {
  const configured = loadTemporalSettings().env.address;
  if (address === configured) return undefined;
  return `${configured} is taken: use \`npx spymaster temporal\`, or give \`temporal\` --address ${address}`;
}

/** Whether the configuration means a development server on this machine, not a cluster elsewhere. */
export function usesDevServer(environment = process.env): boolean {
  if (environment.TEMPORAL_ADDRESS || environment.TEMPORAL_CONFIG_FILE) return false;
  return LOOPBACK.test(effectiveEnv(loadTemporalSettings(undefined, environment), environment).address ?? '');
}
