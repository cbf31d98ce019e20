/**
 * Sign-in by Entra ID. Programs show an access token of the directory; browsers are sent there (authorization code with PKCE, RFC 7636) and
 * come back with a code, which the gateway exchanges itself: no page ever has a token, and the cookie it gets is of the gateway's own.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SpymasterError } from '../../../graph/errors';
import { authorityOf } from '../authority';
import { failedSignInPage, signedOutPage } from '../pages';
import { objectionToProgram, objectionToUser } from './admission';
import { BrowserCookies } from './browserCookies';
import { Directory, type Expected } from './directory';
import type { EntraConfig } from './entraConfig';

const CALLBACK_PATH = '/login/callback';
/** Open to everyone who may ask at all. */
export const SIGN_IN_PATHS = ['/login', CALLBACK_PATH, '/logout'];

/** Whether a request is let in: until when, s since 1970; or why it is not. */
export type Verdict =
  { readonly until: number } | { readonly refused: 'unknown' | 'forbidden'; readonly why: string };

export class EntraSignIn {
  private constructor(
    private readonly config: EntraConfig,
    private readonly directory: Directory,
    private readonly cookies: BrowserCookies,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /**
   * @param secret of the gateway's registration
   * @throws SpymasterError as `Directory.open` does
   */
  static async open(
    config: EntraConfig,
    secret: string,
    onFault: (error: unknown) => void,
  ): Promise<EntraSignIn> {
    return new EntraSignIn(config, await Directory.open(config, secret), new BrowserCookies(secret), onFault);
  }

  /** @throws SpymasterError StoreUnavailable where the directory cannot be asked about a token */
  async judge({ headers }: FastifyRequest): Promise<Verdict> {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    const claims =
      bearer === undefined
        ? await this.cookies.read('session', headers.cookie)
        : await this.directory.claimsOf(bearer);
    if (!claims) return { refused: 'unknown', why: bearer === undefined ? 'not signed in' : 'no good token' };
    const why = bearer === undefined ? undefined : objectionToProgram(claims, this.config);
    return why === undefined ? { until: Number(claims.exp) } : { refused: 'forbidden', why };
  }

  /** Sends a browser to the directory. @param to path within the gateway where it wanted to go */
  async begin(request: FastifyRequest, reply: FastifyReply, to: string): Promise<FastifyReply> {
    const { address, expected } = await this.directory.signIn(addressOf(request, CALLBACK_PATH).href);
    const cookie = await this.cookies.make('signIn', { ...expected, to }, isSecure(request));
    return reply.header('set-cookie', cookie).header('cache-control', 'no-store').redirect(address, 302);
  }

  addRoutes(app: FastifyInstance): void {
    app.get('/login', (request, reply) => this.begin(request, reply, '/'));
    app.get(CALLBACK_PATH, (request, reply) => this.finish(request, reply));
    app.get('/logout', (request, reply) =>
      html(reply.header('set-cookie', this.cookies.end('session', isSecure(request))), 200, signedOutPage()),
    );
  }

  /** A browser has come back from the directory. */
  private async finish(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const secure = isSecure(request);
    const begun = await this.cookies.read('signIn', request.headers.cookie);
    void reply.header('cache-control', 'no-store').header('set-cookie', this.cookies.end('signIn', secure));
    if (!begun)
      return html(reply, 400, failedSignInPage('It took too long, or was begun in another browser.'));
    try {
      const address = addressOf(request, request.url);
      const claims = await this.directory.signedIn(address, begun as unknown as Expected);
      const objection = objectionToUser(claims, this.config);
      if (objection !== undefined)
        return html(reply, 403, failedSignInPage(`Whoever has signed in has ${objection}.`));
      const session = await this.cookies.make('session', { sub: claims.sub }, secure);
      return reply.header('set-cookie', session).redirect(String(begun.to), 303);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: unknown };
      // What the user has done, or the directory does not want, is no fault of the gateway's.
      if (!refusalOf(cause)) this.onFault(new SpymasterError('AccessDenied', `A sign-in failed: ${message}`));
      return html(reply, 403, failedSignInPage(refusalOf(cause) ?? 'The gateway says why in its log.'));
    }
  }
}

/** What the directory has said of why nobody is signed in: parameters of the address a browser comes back to, RFC 6749 4.1.2.1. */
function refusalOf(cause: unknown): string | undefined {
  if (!(cause instanceof URLSearchParams)) return undefined;
  return cause.get('error_description') ?? cause.get('error') ?? undefined;
}

const isSecure = ({ headers }: FastifyRequest): boolean => headers['x-forwarded-proto'] === 'https';

/** By which the browser knows a path of the gateway, whatever proxy is in front. */
function addressOf(request: FastifyRequest, path: string): URL {
  const { host = 'localhost' } = authorityOf(request.headers.host) ?? {};
  return new URL(path, `${isSecure(request) ? 'https' : 'http'}://${host}`);
}

const html = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').send(page);
