/** The development server of this project, where the configuration says. */
import { lookup } from 'node:dns/promises';
import { SpymasterError } from '../../graph/errors';
import { ensureDevServer, type DevServer, type Place } from '../../infra/temporal/devServer';
import { LOOPBACK, configuredPlace } from './connection';
import { loadTemporalSettings } from './settings';

/**
 * Starts it, or uses the one that runs. Where only processes of this clone look for it, at an address of `temporal.yaml` on this
 * machine alone, another port is taken when the file's is not free; they find it there, and `spymaster temporal` too.
 * @param program path of the `temporal` program
 * @throws SpymasterError BadConfig when the configured address is none of this machine; StoreUnavailable when its port is taken, or the
 * server does not start
 */
export async function startProjectServer(program: string): Promise<DevServer> {
  const settings = loadTemporalSettings();
  const { namespace } = configuredPlace(settings);
  const { searchAttributes } = settings;
  return ensureDevServer({ program, namespace, searchAttributes, place: await placeOf(settings) });
}

async function placeOf(settings = loadTemporalSettings()): Promise<Place> {
  const { address, fromEnvironment } = configuredPlace(settings);
  const { hostname, port } = new URL(`tcp://${address}`);
  const name = hostname.replace(/^\[|\]$/g, '');
  const host = await lookup(name).catch((error: unknown) => {
    const message = `No server can listen at ${address}: ${name} is not known`;
    throw new SpymasterError('BadConfig', message, { field: 'address' }, { cause: error });
  });
  return {
    host: name === 'localhost' ? '127.0.0.1' : host.address,
    port: Number(port),
    exact: fromEnvironment || !LOOPBACK.test(address),
  };
}

/** What to tell the user when the server could not take the address of `temporal.yaml`, which plain `temporal` connects to. */
export function movedNote({ address }: DevServer): string | undefined {
  const { address: configured } = configuredPlace(loadTemporalSettings());
  if (address === configured.replace(/^localhost:/, '127.0.0.1:')) return undefined;
  return `${configured} is taken: use \`./spymaster temporal\`, or give \`temporal\` --address ${address}`;
}

/** That the server belongs to another process, and what ends with which. */
export function joinedNote({ address, owner }: DevServer): string | undefined {
  if (owner === process.pid) return undefined;
  return `Joined the server at ${address}, which process ${owner} runs and will stop. Ctrl-C here leaves it running.`;
}

/** Whether the configuration means a development server on this machine, not a cluster elsewhere. */
export function usesDevServer(environment = process.env): boolean {
  const { address, fromEnvironment } = configuredPlace(
    loadTemporalSettings(undefined, environment),
    environment,
  );
  return !fromEnvironment && LOOPBACK.test(address);
}
