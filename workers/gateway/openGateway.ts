/** The gateway of a lake with all that it serves: the application, questions about the lake, the stream of screens. */
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { PROJECT_ROOT } from '../../infra/root';
import type { Lake } from '../../lake/lake';
import type { Config } from '../config';
import { hubsConnection } from '../eventHubs/localHubs';
import { HeldSecret } from '../../lake/secrets/heldSecret';
import { readSecret } from '../../lake/secrets/readSecret';
import { AlertDesk } from './alerts/alertDesk';
import { withSecrets } from './alerts/alertsConfig';
import { Webhooks } from './alerts/webhooks';
import { addApi } from './api/addApi';
import { openContext } from './api/context';
import { requireToken } from './credentials';
import type { EntraConfig } from './entra/entraConfig';
import { EntraSignIn } from './entra/entraSignIn';
import { GatewayMetrics } from './gatewayMetrics';
import { Gateway } from './server';
import { Screens } from './stream/screens';
import { stream } from './stream/stream';

export interface OpenGateway {
  /** @returns the address; @throws SpymasterError BadArgument for one that others reach, without a token */
  listen(host: string, port: number): Promise<string>;
  /** What was asked is answered first. */
  close(): Promise<void>;
}

export const GATEWAY_PORT = 7400;
/** Requests a second that one address may make, unless another number is named. */
export const GATEWAY_RATE = 200;

/** Where `npm run build` puts the application. */
const APPLICATION = join(PROJECT_ROOT, 'dist', 'web');

/**
 * @param onFault told of what goes wrong within
 * @param registry where Prometheus finds what comes of it
 */
export async function openGateway(
  config: Config,
  lake: Lake,
  onFault: (error: unknown) => void,
  registry: Registry,
  rate = GATEWAY_RATE,
): Promise<OpenGateway> {
  const { features } = config;
  const { token, entra, names } = config.gateway;
  const alerts = await withSecrets(config.gateway.alerts, config);
  const held = token === undefined ? undefined : await heldToken(token, config, onFault);
  const webhooks = new Webhooks({ config: alerts, store: lake.store, onFault });
  const desk = new AlertDesk(webhooks);
  const metrics = new GatewayMetrics(registry);
  const screens = new Screens({
    lake,
    features,
    desk,
    connection: () => hubsConnection(config),
    onFault,
    metrics,
  });
  const context = await openContext(config, { desk, screens, metrics });
  const gateway = new Gateway({
    ...(held && { token: () => held.text }),
    ...(entra && { entra: await signInBy(entra, config, onFault) }),
    names,
    rate,
    application: APPLICATION,
    onFault,
    parts: [(app) => addApi(app, context), stream(screens, onFault, metrics)],
    metrics,
  });
  return {
    listen: async (host, port) => {
      const address = await gateway.listen(host, port);
      // Nobody need be looking for a webhook to be told.
      if (alerts.webhooks.length > 0) screens.followAll();
      return address;
    },
    close: async () => {
      await gateway.close();
      await Promise.all([screens.close(), context.close(), webhooks.close()]);
    },
  };
}

const signInBy = async (entra: EntraConfig, config: Config, onFault: (error: unknown) => void) =>
  EntraSignIn.open(
    entra,
    await readSecret(entra.clientSecret, 'gateway.entra.clientSecret', config),
    onFault,
  );

const heldToken = (token: string, config: Config, onFault: (error: unknown) => void): Promise<HeldSecret> =>
  HeldSecret.open(
    async () => requireToken(await readSecret(token, 'gateway.token', config), 'gateway.token'),
    onFault,
  );

/** Listens for this machine at the usual port, or at a free one where another program has that. */
export async function serveHere(
  config: Config,
  lake: Lake,
  onFault: (error: unknown) => void,
  registry: Registry,
): Promise<OpenGateway & { address: string }> {
  for (const port of [GATEWAY_PORT, 0]) {
    const gateway = await openGateway(config, lake, onFault, registry);
    try {
      return { ...gateway, address: await gateway.listen('127.0.0.1', port) };
    } catch (error) {
      await gateway.close();
      if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('there is always a free port');
}
