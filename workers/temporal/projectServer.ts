/** The development server of this project, where `temporal.yaml` says. */
import { ensureDevServer, type DevServer } from '../../infra/temporal/devServer';
import { effectiveEnv } from './connection';
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

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\]):/;

/** What to say when the server could not take the address of `temporal.yaml`, which the plain command line goes to. */
export function movedNote({ address }: DevServer): string | undefined {
  const wished = loadTemporalSettings().env.address;
  if (address === wished) return undefined;
  return `${wished} is taken: use \`npx spymaster temporal\`, or give \`temporal\` --address ${address}`;
}

/** Whether Temporal is meant to be a development server here, rather than a cluster somewhere. */
export function serverIsOurs(environment = process.env): boolean {
  if (environment.TEMPORAL_ADDRESS || environment.TEMPORAL_CONFIG_FILE) return false;
  return LOOPBACK.test(effectiveEnv(loadTemporalSettings(undefined, environment), environment).address ?? '');
}
