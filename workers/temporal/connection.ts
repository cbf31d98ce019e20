/** How to reach Temporal: `temporal.yaml`, overridden by `TEMPORAL_*` variables, through the SDK's own configuration. */
import {
  clientConfigToToml,
  loadClientConfigProfile,
  toClientOptions,
  type ClientConnectConfig,
} from '@temporalio/envconfig';
import { SpymasterError } from '../../graph/errors';
import { readRunningServer } from '../../infra/temporal/serverFile';
import type { TemporalSettings } from './settings';

/** Where a development server of this machine answers. */
export const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\]):/;

/** Variable of the command line and the SDK that overrides a flag of the file, by flag. */
const OVERRIDES: Record<string, string> = {
  address: 'TEMPORAL_ADDRESS',
  namespace: 'TEMPORAL_NAMESPACE',
  'api-key': 'TEMPORAL_API_KEY',
  tls: 'TEMPORAL_TLS',
  'tls-server-name': 'TEMPORAL_TLS_SERVER_NAME',
  'tls-cert-path': 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'tls-key-path': 'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'tls-ca-path': 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
};

/**
 * The flags of the chosen env that no variable overrides, with the address of the development server where that had to
 * take another port than the file says.
 */
export function effectiveEnv(settings: TemporalSettings, environment = process.env): Record<string, string> {
  const env = { ...settings.env };
  const running = LOOPBACK.test(env.address ?? '') ? readRunningServer() : undefined;
  if (running) env.address = running.address;
  for (const [flag, variable] of Object.entries(OVERRIDES)) if (environment[variable]) delete env[flag];
  return env;
}

const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** Where the configuration says that Temporal is, wherever a development server had to move to. */
export function configuredPlace(settings: TemporalSettings, environment = process.env) {
  const { connectionOptions, namespace = 'default' } = connectConfig(settings, environment);
  const fromEnvironment = Boolean(environment.TEMPORAL_ADDRESS || environment.TEMPORAL_CONFIG_FILE);
  const address = fromEnvironment ? connectionOptions.address : settings.env.address;
  return { address: address ?? DEFAULT_ADDRESS, namespace, fromEnvironment };
}

/** What `Connection.connect` and `NativeConnection.connect` need: address, TLS or mTLS, API key; and the namespace. */
export function connectConfig(settings: TemporalSettings, environment = process.env): ClientConnectConfig {
  const overrideEnvVars = definedOnly(environment);
  // A file of the newer format takes the place of temporal.yaml.
  const source = environment.TEMPORAL_CONFIG_FILE
    ? {}
    : {
        profile: 'default',
        configSource: { data: profileToml(settings, environment) },
        configFileStrict: true,
      };
  try {
    const profile = loadClientConfigProfile({ ...source, overrideEnvVars });
    // The SDK leaves out a certificate without its key, and would connect without either.
    if (Boolean(profile.tls?.clientCert) !== Boolean(profile.tls?.clientKey))
      throw new Error('tls-cert-path and tls-key-path go together');
    return toClientOptions(profile);
  } catch (error) {
    const message = error instanceof Object && 'message' in error ? String(error.message) : String(error);
    const { file } = settings;
    throw new SpymasterError('BadConfig', `The connection to Temporal is not usable: ${message}`, { file });
  }
}

/** The chosen env in the newer `temporal.toml` format, as profile `default`. */
export function profileToml(settings: TemporalSettings, environment = process.env): Uint8Array {
  const env = effectiveEnv(settings, environment);
  const file = (flag: string) => (env[flag] ? { path: env[flag] } : undefined);
  const tls = {
    ...(env['tls-server-name'] && { serverName: env['tls-server-name'] }),
    ...(file('tls-cert-path') && { clientCert: file('tls-cert-path') }),
    ...(file('tls-key-path') && { clientKey: file('tls-key-path') }),
    ...(file('tls-ca-path') && { serverCACert: file('tls-ca-path') }),
  };
  const wantsTls = env.tls === 'true' || Object.keys(tls).length > 0;
  return clientConfigToToml({
    profiles: {
      default: {
        ...(env.address && { address: env.address }),
        ...(env.namespace && { namespace: env.namespace }),
        ...(env['api-key'] && { apiKey: env['api-key'] }),
        ...((wantsTls || env.tls === 'false') && { tls: { ...tls, disabled: !wantsTls } }),
      },
    },
  });
}

/** An empty variable is as good as none. */
const definedOnly = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]));

/** The error for a server that does not answer, with what to do about it. */
export function unreachable(address: string | undefined, cause: unknown): SpymasterError {
  const help = LOOPBACK.test(address ?? '')
    ? 'start one with `npm start` or `./spymaster server`'
    : 'is that where it is (TEMPORAL_ADDRESS, or temporal.yaml), and may it be reached from here?';
  const message = `No Temporal server answers at ${address}: ${help}`;
  return new SpymasterError('StoreUnavailable', message, { field: 'address' }, { cause });
}
