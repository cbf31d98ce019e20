/** A directory as Entra ID is one: makes tokens, says by which keys they are signed, and is the managed identity of a machine. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

interface SigningKey {
  readonly kid: string;
  readonly secret: CryptoKey;
  readonly open: JWK;
}

type Answers = (request: IncomingMessage, url: URL, response: ServerResponse) => void | Promise<void>;

export class LocalDirectory {
  readonly tenant = randomUUID();
  /** Object id of the machine's managed identity. */
  readonly machine = randomUUID();
  /** What was asked for, path by path. */
  readonly asked: string[] = [];
  private readonly routes = new Map<string, Answers>();
  private keys: SigningKey[] = [];

  private constructor(private readonly server: Server) {
    this.on('/discovery/keys', (_, __, response) =>
      json(response, { keys: this.keys.map(({ open }) => open) }),
    );
    this.on('/v2.0/.well-known/openid-configuration', (_, __, response) =>
      json(response, {
        issuer: this.issuer,
        jwks_uri: this.keysAddress,
        authorization_endpoint: `${this.address}/authorize`,
        token_endpoint: `${this.address}/token`,
        response_types_supported: ['code'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    );
    this.on('/msi/token', async ({ headers }, url, response) => {
      if (headers['x-identity-header'] !== 'of this machine')
        return json(response, { error: 'unknown' }, 401);
      const resource = url.searchParams.get('resource') ?? '';
      const access_token = await this.token({ aud: resource, oid: this.machine });
      return json(response, {
        access_token,
        resource,
        token_type: 'Bearer',
        expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      });
    });
  }

  static async start(): Promise<LocalDirectory> {
    const server = createServer();
    const directory = new LocalDirectory(server);
    await directory.changeKey();
    server.on('request', (request, response) => void directory.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return directory;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.address}/v2.0`;
  }

  get keysAddress(): string {
    return `${this.address}/discovery/keys`;
  }

  /** Variables by which a process on this machine finds its managed identity, as App Service and Container Apps set them. */
  get machineVariables(): Record<string, string> {
    return { IDENTITY_ENDPOINT: `${this.address}/msi/token`, IDENTITY_HEADER: 'of this machine' };
  }

  /** Answers at another path too. */
  on(path: string, answers: Answers): void {
    this.routes.set(path, answers);
  }

  /** Signs with another key from now on; the one before stays known. */
  async changeKey(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const kid = randomUUID();
    this.keys = [
      { kid, secret: privateKey, open: { ...(await exportJWK(publicKey)), kid, use: 'sig' } },
      ...this.keys,
    ];
  }

  /** A token good for an hour, unless the claims say otherwise. */
  async token(
    claims: JWTPayload & Record<string, unknown>,
    signedBy: LocalDirectory = this,
  ): Promise<string> {
    const [{ kid, secret }] = signedBy.keys;
    const seconds = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.issuer, tid: this.tenant, iat: seconds, exp: seconds + 3600, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.keys[0]?.kid ?? kid })
      .sign(secret);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.address);
    this.asked.push(url.pathname);
    const answers = this.routes.get(url.pathname);
    if (answers) await answers(request, url, response);
    else response.writeHead(404).end();
  }
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
