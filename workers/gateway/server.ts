/**
 * What browsers and programs ask over HTTP: the application, questions about the lake below `/api`, and the stream. It is reached from this
 * machine alone unless there is a token or sign-in, and answers no page of another site.
 */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { SpymasterError } from '../../graph/errors';
import { refusal } from '../../graph/scoring/refusal';
import { refusalOf } from '../http/failures';
import { addAccess, HEALTH_PATH } from './access';
import { addApplication } from './application';
import { authorityOf, isLoopback } from './authority';
import type { EntraSignIn } from './entra/entraSignIn';
import type { GatewayMetrics } from './gatewayMetrics';

/** Adds routes: questions about the lake, the stream. Requests that reach them, upgrades too, were let in. */
export type GatewayPart = (app: FastifyInstance) => void | Promise<void>;

export interface GatewayOptions {
  /** What requests must show, as it is now; without, only this machine is served. */
  token?: () => string | undefined;
  /** Who is let in by signing in; beside the token, or in its place. */
  entra?: EntraSignIn;
  /** Names by which the gateway is reached, beside localhost and addresses: those of a proxy in front of it. */
  names?: readonly string[];
  /** Requests a second of one address. */
  rate: number;
  /** Folder of the built application. */
  application: string;
  /** Told of what goes wrong within. */
  onFault: (error: unknown) => void;
  parts?: readonly GatewayPart[];
  metrics?: GatewayMetrics;
}

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;
const MOST_CONNECTIONS = 1024;
const BODY_BYTES = 64 * 1024;
/** Of a message of a client's to the stream. */
const MESSAGE_BYTES = 16 * 1024;

export class Gateway {
  private readonly app: FastifyInstance;

  constructor(private readonly options: GatewayOptions) {
    this.app = fastify({
      bodyLimit: BODY_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // What has been sent before the end is answered.
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      frameworkErrors: (error, request, reply) => this.fail(error, request, reply),
      routerOptions: { maxParamLength: 200 },
    });
    this.app.server.maxConnections = MOST_CONNECTIONS;
  }

  /**
   * @returns the address, such as `http://127.0.0.1:7400`
   * @throws SpymasterError BadArgument for an address that others reach, without a token and sign-in
   */
  async listen(host: string, port: number): Promise<string> {
    const { app, options } = this;
    const { token, entra, rate, names = [], application, parts = [] } = options;
    if (token === undefined && entra === undefined && !isLoopback(host))
      throw new SpymasterError('BadArgument', `whoever reaches ${host} could ask without a token`, {
        field: '--host',
        expected:
          'SPYMASTER_GATEWAY_TOKEN with a token, sign-in by `gateway.entra`, or an address of this machine alone: 127.0.0.1',
      });
    app.setErrorHandler((error: FastifyError, request, reply) => this.fail(error, request, reply));
    await app.register(helmet, SECURITY_HEADERS);
    await app.register(websocket, { options: { maxPayload: MESSAGE_BYTES } });
    await app.register(rateLimit, {
      global: false,
      max: rate,
      timeWindow: 1000,
      errorResponseBuilder: (_, { max }) =>
        Object.assign(new Error(`more than ${max} requests a second`), { statusCode: 429 }),
    });
    app.addHook('onResponse', async ({ routeOptions }, { statusCode, elapsedTime }) =>
      options.metrics?.answered(routeOptions.url ?? 'none', statusCode, elapsedTime / 1000),
    );
    app.addHook('onRequest', app.rateLimit());
    addAccess(app, { token, entra, names: new Set(names) });
    app.get(HEALTH_PATH, (_, reply) => reply.send({ status: 'alive' }));
    for (const part of parts) await part(app);
    await addApplication(app, application);
    return app.listen({ host, port });
  }

  /** Takes no more connections, and resolves when all that was asked is answered. */
  async close(): Promise<void> {
    await this.app.close();
  }

  private fail(error: FastifyError | SpymasterError, request: FastifyRequest, reply: FastifyReply): void {
    const refused = refusalOf(error, request.routeOptions?.bodyLimit);
    if (refused) {
      if (refused.status === 503) reply.header('retry-after', '5');
      void reply.code(refused.status).send(refused.body);
      return;
    }
    this.options.onFault(error);
    void reply.code(500).send(refusal('Unexpected', 'the answer failed; the gateway says why in its log'));
  }
}

/** No script but the application's own files, no other site's content, no frame around it. */
const SECURITY_HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      mediaSrc: ["'self'", 'data:'],
      // Older browsers do not take the stream for part of the page's own origin.
      connectSrc: [
        "'self'",
        ({ headers: { host } }: { headers: { host?: string } }) => {
          const authority = authorityOf(host);
          return authority ? `ws://${authority.host} wss://${authority.host}` : "'self'";
        },
      ],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginEmbedderPolicy: false,
  // It is told over whatever a proxy in front speaks.
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' as const },
};
