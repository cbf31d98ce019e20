/** Who may ask: requests to this gateway from no other site's page and, where there is a token, those that show it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '../../graph/scoring/refusal';
import { isAddressed, isOwn } from './authority';
import { Credentials } from './credentials';
import { SIGN_IN_PATHS, type EntraSignIn } from './entra/entraSignIn';
import { loginPage, PAGE_STYLE_PATH } from './pages';

interface Access {
  /** The token as it is now; where there is none, all who reach the gateway are let in. */
  token?: () => string | undefined;
  /** Sign-in by Entra ID. */
  entra?: EntraSignIn;
  /** By which the gateway is reached. */
  names: ReadonlySet<string>;
}

export const HEALTH_PATH = '/api/health';

/** Open to everyone who may ask at all. */
const OPEN = new Set([...SIGN_IN_PATHS, HEALTH_PATH, PAGE_STYLE_PATH]);
/** Code of the application, which tells nothing: a page that is signed in no more has to be able to load what says so. */
const CODE = /^\/assets\/[\w.-]+$/;

const isOpen = (path: string): boolean => OPEN.has(path) || CODE.test(path);

declare module 'fastify' {
  interface FastifyRequest {
    /** Until when whoever asks is let in, s since 1970; null where that does not end. */
    admittedUntil: number | null;
  }
}

/** Checks every request from now on, upgrades among them. */
export function addAccess(app: FastifyInstance, { token, entra, names }: Access): void {
  const credentials = token === undefined ? undefined : new Credentials(token);
  app.decorateRequest('admittedUntil', null);
  app.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    if (!isAddressed(headers.host, names))
      return reply.code(421).send(
        refusal('MisdirectedRequest', 'the host that is asked for is not this gateway', {
          field: 'host',
          expected: ['localhost', 'an address', ...names].join(', '),
        }),
      );
    if (!isOwn(headers))
      return reply
        .code(403)
        .send(refusal('ForeignOrigin', 'pages of other sites may not ask this gateway', { field: 'origin' }));
    if (!(credentials || entra) || isOpen(pathOf(request)) || credentials?.areIn(headers)) return undefined;
    const exchanged = credentials && exchange(request, reply, credentials);
    if (exchanged) return exchanged;
    return entra ? requireSignIn(request, reply, entra) : askForToken(request, reply);
  });
  if (entra) entra.addRoutes(app);
  else if (credentials) addLogin(app, credentials);
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0];

/** `/?token=...`, as it is opened from elsewhere: the browser goes on with a cookie, and an address without the token. */
function exchange(
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: Credentials,
): FastifyReply | undefined {
  const query = new URLSearchParams(request.url.slice(pathOf(request).length));
  const token = query.get('token');
  if (request.method !== 'GET' || token === null || !credentials.admits(token)) return undefined;
  query.delete('token');
  const rest = query.size > 0 ? `?${query.toString()}` : '';
  return signIn(request, reply, credentials, `${ownPath(request)}${rest}`);
}

/** Of the gateway itself, whatever slashes it begins with. */
const ownPath = (request: FastifyRequest): string => `/${pathOf(request).replace(/^[/\\]+/, '')}`;

const wantsPage = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && /text\/html/.test(headers.accept ?? '');

/** Lets in whom the directory knows; browsers are sent there, programs told what is wrong. */
async function requireSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  entra: EntraSignIn,
): Promise<FastifyReply | undefined> {
  const verdict = await entra.judge(request);
  if ('until' in verdict) {
    request.admittedUntil = verdict.until;
    return undefined;
  }
  const { refused, why } = verdict;
  if (refused === 'forbidden')
    return reply
      .code(403)
      .header('www-authenticate', 'Bearer error="insufficient_scope"')
      .send(refusal('Forbidden', `the token has ${why}`, { field: 'authorization' }));
  if (wantsPage(request)) return entra.begin(request, reply, ownPath(request));
  return reply
    .code(401)
    .header('www-authenticate', 'Bearer')
    .send(
      refusal('Unauthorized', `${why}, or not any more`, {
        field: 'authorization',
        expected: 'authorization: Bearer TOKEN of Entra ID, or a browser that signed in at /login',
      }),
    );
}

function askForToken(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.code(401).header('www-authenticate', 'Bearer');
  if (wantsPage(request)) return reply.type('text/html; charset=utf-8').send(loginPage(false));
  return reply.send(
    refusal('Unauthorized', 'the token of this gateway is missing or wrong', {
      field: 'authorization',
      expected: 'authorization: Bearer TOKEN, or a browser that signed in at /login',
    }),
  );
}

function addLogin(app: FastifyInstance, credentials: Credentials): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_, body: string, done) => done(null, new URLSearchParams(body)),
  );
  app.get('/login', (_, reply) => reply.type('text/html; charset=utf-8').send(loginPage(false)));
  app.post('/login', (request, reply) => {
    const token = request.body instanceof URLSearchParams ? request.body.get('token') : null;
    if (token !== null && credentials.admits(token)) return signIn(request, reply, credentials, '/');
    return reply.code(401).type('text/html; charset=utf-8').send(loginPage(true));
  });
}

function signIn(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  credentials: Credentials,
  to: string,
): FastifyReply {
  const secure = headers['x-forwarded-proto'] === 'https';
  return reply.header('set-cookie', credentials.cookie(secure)).redirect(to, 303);
}
