/**
 * A Key Vault on this machine, secrets alone, as its REST API (2025-07-01) has them: over TLS, for whoever shows a token of a directory.
 * Who shows none is told where to get one.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Certificate } from './certificate';
import { json, type LocalDirectory } from './directory';

const AUDIENCE = 'https://vault.azure.net';

export interface VaultSecret {
  value: string;
  enabled: boolean;
  version: string;
}

export class LocalKeyVault {
  readonly secrets = new Map<string, VaultSecret>();
  /** Object ids of those who may read. */
  readonly readers = new Set<string>();
  /** Names of secrets that were asked for, with a token. */
  readonly asked: string[] = [];
  /** A status it answers everything with, while it is set. */
  failing: number | undefined;
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  private constructor(
    private readonly server: Server,
    private readonly directory: LocalDirectory,
  ) {
    this.keys = createRemoteJWKSet(new URL(directory.keysAddress));
  }

  static async start(directory: LocalDirectory, certificate: Certificate): Promise<LocalKeyVault> {
    const server = createServer({ ...certificate });
    const vault = new LocalKeyVault(server, directory);
    server.on('request', (request, response) => void vault.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return vault;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get address(): string {
    return `https://localhost:${this.port}`;
  }

  /** Gives a secret a value, a new version of it. */
  set(name: string, value: string, enabled = true): void {
    this.secrets.set(name.toLowerCase(), { value, enabled, version: randomUUID().replaceAll('-', '') });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.failing !== undefined) return refuse(response, this.failing, 'ServiceUnavailable', 'Try again.');
    const reader = await this.readerOf(request);
    if (reader === undefined) {
      const { directory } = this;
      response.setHeader(
        'WWW-Authenticate',
        `Bearer authorization="${directory.address}/${directory.tenant}", resource="${AUDIENCE}"`,
      );
      return refuse(response, 401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', this.address);
    const [, collection, name = '', version = ''] = pathname.split('/').map(decodeURIComponent);
    if (request.method !== 'GET' || collection !== 'secrets' || !searchParams.has('api-version'))
      return refuse(response, 400, 'BadParameter', 'Secrets are read here.');
    this.asked.push(name);
    if (!this.readers.has(reader))
      return refuse(
        response,
        403,
        'Forbidden',
        `Caller is not authorized to perform action on resource. Caller: oid=${reader}`,
        'ForbiddenByRbac',
      );
    const secret = this.secrets.get(name.toLowerCase());
    if (!secret || (version !== '' && version !== secret.version))
      return refuse(
        response,
        404,
        'SecretNotFound',
        `A secret with (name/id) ${name} was not found in this key vault.`,
      );
    if (!secret.enabled)
      return refuse(
        response,
        403,
        'Forbidden',
        'Operation get is not allowed on a disabled secret.',
        'SecretDisabled',
      );
    const seconds = Math.floor(Date.now() / 1000);
    json(response, {
      value: secret.value,
      id: `${this.address}/secrets/${name}/${secret.version}`,
      attributes: { enabled: true, created: seconds, updated: seconds, recoveryLevel: 'Recoverable' },
    });
  }

  /** Object id of who shows a good token. */
  private async readerOf({ headers }: IncomingMessage): Promise<string | undefined> {
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) return undefined;
    const { issuer } = this.directory;
    const checked = await jwtVerify(token, this.keys, { issuer, audience: AUDIENCE }).catch(() => undefined);
    return checked && String(checked.payload.oid);
  }
}

const refuse = (response: ServerResponse, status: number, code: string, message: string, inner?: string) =>
  json(response, { error: { code, message, ...(inner && { innererror: { code: inner } }) } }, status);
