/** The pages of a directory at which users sign in, and where an application exchanges what they bring back: OpenID Connect's code flow. */
import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { json, type LocalDirectory } from './directory';

/** A registration of an application. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Paths to which users may be sent back. */
  readonly callbacks: readonly string[];
}

export class SignInPages {
  /** Who is signed in at the directory already, and need not be asked. */
  user: JWTPayload | undefined;
  /** Whether the next user says no. */
  declines = false;
  /** What the next ID token says otherwise than it should. */
  wrongly: JWTPayload = {};
  /** Parameters of the last request to sign in. */
  asked = new URLSearchParams();
  private readonly codes = new Map<string, { asked: URLSearchParams; user: JWTPayload }>();

  /** @param known users that the page lets one choose from, by name */
  constructor(
    private readonly directory: LocalDirectory,
    private readonly registration: Registration,
    private readonly known: Readonly<Record<string, JWTPayload>> = {},
  ) {
    directory.on('/authorize', (_, { searchParams }, response) => {
      const problem = this.problemOf(searchParams);
      if (problem !== undefined) return json(response, { error: problem }, 400);
      this.asked = searchParams;
      const chosen = searchParams.get('as');
      const user = chosen === null ? this.user : this.known[chosen];
      if (!user && !this.declines) {
        const choices = Object.keys(this.known).map((name) => {
          const query = new URLSearchParams([...searchParams, ['as', name]]);
          return `<p><a href="/authorize?${query.toString().replaceAll('&', '&amp;')}">${name}</a></p>`;
        });
        return void response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(`<!doctype html><title>Directory</title><h1>Pick an account</h1>${choices.join('')}`);
      }
      const back = new URL(searchParams.get('redirect_uri')!);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      if (this.declines) {
        back.searchParams.set('error', 'access_denied');
        back.searchParams.set('error_description', 'AADSTS65004: User <declined> to consent.');
      } else {
        const code = randomUUID();
        this.codes.set(code, { asked: searchParams, user: user! });
        back.searchParams.set('code', code);
      }
      return void response.writeHead(302, { location: back.href }).end();
    });
    directory.on('/token', async (request, _, response) => {
      const form = new URLSearchParams((await request.toArray()).map(String).join(''));
      const found = this.codes.get(form.get('code') ?? '');
      this.codes.delete(form.get('code') ?? '');
      const { clientId, clientSecret } = this.registration;
      if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
        return json(response, { error: 'invalid_client' }, 401);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (
        !found ||
        form.get('grant_type') !== 'authorization_code' ||
        form.get('redirect_uri') !== found.asked.get('redirect_uri') ||
        challenge !== found.asked.get('code_challenge')
      )
        return json(response, { error: 'invalid_grant', error_description: 'AADSTS70000' }, 400);
      const claims = { aud: clientId, nonce: found.asked.get('nonce'), ...found.user, ...this.wrongly };
      return json(response, {
        token_type: 'Bearer',
        expires_in: 3600,
        access_token: 'of another service',
        id_token: await this.directory.token(claims),
      });
    });
  }

  private problemOf(asked: URLSearchParams): string | undefined {
    const { clientId, callbacks } = this.registration;
    if (asked.get('client_id') !== clientId) return 'unauthorized_client';
    const back = URL.parse(asked.get('redirect_uri') ?? '');
    // As Entra ID: without TLS only to this machine.
    if (
      !back ||
      !callbacks.includes(back.pathname) ||
      (back.protocol === 'http:' && back.hostname !== 'localhost')
    )
      return 'AADSTS50011: The redirect URI does not match.';
    if (asked.get('response_type') !== 'code' || asked.get('code_challenge_method') !== 'S256')
      return 'invalid_request';
    return asked.get('scope')?.split(' ').includes('openid') ? undefined : 'invalid_scope';
  }
}
