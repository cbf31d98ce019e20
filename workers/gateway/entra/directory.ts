/** A directory of Entra ID: what it says of itself, the tokens it signs, and a user's sign-in there (OpenID Connect Core 1.0, RFC 7636). */
import type * as Jose from 'jose';
import type * as OpenId from 'openid-client';
import { SpymasterError } from '../../../graph/errors';
import type { EntraConfig } from './entraConfig';

/** Clocks of machines differ by so much. */
const CLOCKS_DIFFER_SECONDS = 60;
const TIMEOUT_SECONDS = 10;
/** How Entra ID signs. */
const ALGORITHMS = ['RS256'];

/** What a browser brings back from the directory is checked against. */
export interface Expected {
  readonly state: string;
  readonly nonce: string;
  /** Whose digest was sent along: only who has it can use the code. */
  readonly verifier: string;
}

export class Directory {
  private constructor(
    private readonly config: EntraConfig,
    private readonly client: typeof OpenId,
    private readonly jose: typeof Jose,
    private readonly known: OpenId.Configuration,
    private readonly keys: ReturnType<typeof Jose.createRemoteJWKSet>,
  ) {}

  /**
   * @param secret of the registration
   * @throws SpymasterError StoreUnavailable where the directory does not answer; BadConfig where it is none, or another one
   */
  static async open(config: EntraConfig, secret: string): Promise<Directory> {
    const client = require('openid-client') as typeof OpenId;
    const jose = require('jose') as typeof Jose;
    const { issuer, clientId } = config;
    const server = new URL(issuer);
    const options = {
      timeout: TIMEOUT_SECONDS,
      execute: [
        client.enableNonRepudiationChecks,
        ...(server.protocol === 'http:' ? [client.allowInsecureRequests] : []),
      ],
    };
    const known = await client
      .discovery(server, clientId, { client_secret: secret }, client.ClientSecretPost(secret), options)
      .catch((error: unknown) => {
        throw undiscovered(issuer, error as Error);
      });
    const { jwks_uri } = known.serverMetadata();
    if (jwks_uri === undefined) throw undiscovered(issuer, new Error('it names no keys'));
    return new Directory(config, client, jose, known, jose.createRemoteJWKSet(new URL(jwks_uri)));
  }

  /**
   * What an access token says, for this gateway and good now; undefined of any other.
   * @throws SpymasterError StoreUnavailable where the keys cannot be had
   */
  async claimsOf(token: string): Promise<Jose.JWTPayload | undefined> {
    const { issuer, clientId, audiences } = this.config;
    try {
      const { payload } = await this.jose.jwtVerify(token, this.keys, {
        issuer: [issuer, ...formerNames(issuer)],
        audience: [clientId, `api://${clientId}`, ...audiences],
        algorithms: ALGORITHMS,
        clockTolerance: CLOCKS_DIFFER_SECONDS,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      if (isOfToken(error as JoseFailure)) return undefined;
      const message = `The keys of ${issuer} cannot be had: ${(error as Error).message}`;
      throw new SpymasterError('StoreUnavailable', message, { field: 'gateway.entra.issuer' });
    }
  }

  /** Where a browser is sent to sign in, and what it has to come back with. @param callback where it comes back to */
  async signIn(callback: string): Promise<{ address: string; expected: Expected }> {
    const { client } = this;
    const expected = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const address = client.buildAuthorizationUrl(this.known, {
      redirect_uri: callback,
      scope: 'openid profile',
      state: expected.state,
      nonce: expected.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(expected.verifier),
      code_challenge_method: 'S256',
    });
    return { address: address.href, expected };
  }

  /**
   * What the ID token says of whoever has come back.
   * @param address with the code, as it was asked for
   * @throws whatever is wrong with code or token, as the library says it
   */
  async signedIn(address: URL, { state, nonce, verifier }: Expected): Promise<Jose.JWTPayload> {
    const tokens = await this.client.authorizationCodeGrant(this.known, address, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    return tokens.claims() as Jose.JWTPayload;
  }
}

type JoseFailure = Error & { code?: string };

/** Whether it is the token that is wrong, and not that its key could not be looked for. */
const isOfToken = ({ code }: JoseFailure): boolean =>
  code !== undefined && /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING)/.test(code);

/** Tokens of the older form, which registrations have made unless they ask for the newer one, name the tenant so. */
function formerNames(issuer: string): string[] {
  const [, tenant] = /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/.exec(issuer) ?? [];
  return tenant === undefined ? [] : [`https://sts.windows.net/${tenant}/`];
}

function undiscovered(issuer: string, error: Error & { code?: string; cause?: unknown }): SpymasterError {
  const { name, message, status = 0 } = (error.cause ?? {}) as Partial<Error> & { status?: number };
  const why = [error.message, message ?? (status > 0 ? String(status) : '')].filter(Boolean).join(': ');
  const field = 'gateway.entra.issuer';
  // What `fetch` throws where nobody answers.
  const isUnreached = error.name === 'TypeError' || name === 'TypeError';
  if (isUnreached || error.code === 'OAUTH_TIMEOUT' || status >= 500)
    return new SpymasterError('StoreUnavailable', `${issuer} does not answer: ${why}`, { field });
  return new SpymasterError('BadConfig', `${issuer} is no directory to sign in at: ${why}`, {
    field,
    expected: 'the issuer of one tenant, https://login.microsoftonline.com/TENANT/v2.0',
  });
}
