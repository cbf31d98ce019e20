/**
 * Encrypts and decrypts payloads over HTTP for those who have no key: the Temporal UI in a browser, and Temporal's command line. POST
 * /decode and /encode take and answer `{"payloads": [...]}` in the JSON of protobuf, as Temporal's remote codec protocol says.
 */
import { ValueError, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refusal } from '../../../graph/scoring/refusal';
import { refusalOf } from '../../http/failures';
import { Credentials } from '../../gateway/credentials';

export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** Of the pages that may ask, such as `http://127.0.0.1:8233`; programs are no pages. */
  readonly origins: readonly string[];
  /** What requests have to show, as `Authorization: Bearer TOKEN`; nothing without. */
  readonly token?: () => string | undefined;
  /** Told of what is no fault of those who ask. */
  readonly onFault: (error: unknown) => void;
}

/** A page of the UI's history is a few megabytes at most. */
const BODY_LIMIT = 16 * 2 ** 20;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64');
const asked = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.nullish() })),
});

const Proto = temporal.api.common.v1.Payload;

export function codecServer({ codec, origins, token, onFault }: CodecServerOptions): FastifyInstance {
  const server = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  const credentials = token && new Credentials(token, 'spymaster-codec');
  server.addHook('onRequest', async (request, reply) => {
    if (!isLetIn(request, reply, origins)) return reply.code(403).send(refusal('Forbidden', NO_ORIGIN));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    if (request.method === 'GET' || !credentials || credentials.areIn(request.headers)) return undefined;
    return reply.code(401).header('www-authenticate', 'Bearer').send(refusal('Unauthorized', NO_TOKEN));
  });
  server.setErrorHandler((error: Error, request, reply) => {
    const { bodyLimit } = request.routeOptions;
    const refused = error instanceof ValueError ? unreadable(error) : refusalOf(error as never, bodyLimit);
    if (!refused) onFault(error);
    return reply
      .code(refused?.status ?? 500)
      .send(refused?.body ?? refusal('Internal', 'this is a fault of the server, and in its log'));
  });
  for (const way of ['encode', 'decode'] as const)
    server.post(`/${way}`, async ({ body }, reply) => {
      const { success, data } = asked.safeParse(body);
      if (!success) return reply.code(400).send(refusal('BadRequest', NO_PAYLOADS));
      const payloads = await codec[way](data.payloads.map((payload) => Proto.fromObject(payload)));
      return {
        payloads: payloads.map((payload) => Proto.toObject(Proto.fromObject(payload), { bytes: String })),
      };
    });
  // What is asked before a page may ask; the hook above answers.
  server.options('/*', (_, reply) => reply.code(204).send());
  // The UI shows no token: a browser that has opened this address with it has a cookie, which goes along where cross-origin credentials do.
  if (credentials)
    server.get<{ Querystring: { token?: string } }>('/', ({ query, headers }, reply) => {
      if (!credentials.admits(query.token ?? ''))
        return reply.code(401).send(refusal('Unauthorized', NO_TOKEN_HERE));
      const secure = headers['x-forwarded-proto'] === 'https';
      return reply.header('set-cookie', credentials.cookie(secure, 'all')).send(SIGNED_IN);
    });
  server.get('/healthz', () => ({ status: 'ok' }));
  return server;
}

const NO_ORIGIN = 'pages of this origin are not served: name it with --origin';
const NO_TOKEN = 'send `authorization: Bearer TOKEN`';
const NO_TOKEN_HERE = 'open this address with the token: /?token=TOKEN';
const SIGNED_IN =
  'This browser may ask now. In the Temporal UI switch on "Include cross-origin credentials".\n';
const NO_PAYLOADS = 'the body must be {"payloads": [...]}, as Temporal sends';

const unreadable = ({ message }: ValueError) => ({ status: 400, body: refusal('BadRequest', message) });

/** Whether the page that asks may, if one does; tells its browser so. */
function isLetIn({ headers }: FastifyRequest, reply: FastifyReply, origins: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  if (!origins.includes(origin)) return false;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'authorization, content-type, x-namespace',
    'access-control-max-age': '600',
    vary: 'origin',
    // Of a UI that is not on this machine.
    ...(headers['access-control-request-private-network'] && {
      'access-control-allow-private-network': 'true',
    }),
  });
  return true;
}
