/** Tokens of Entra ID (JSON Web Tokens, RFC 7519), as a namespace checks them. */
import type { JWTVerifyGetKey } from 'jose';
import { unauthorized } from './amqpError';

/** What the roles of a namespace let somebody do: Azure Event Hubs Data Sender, Data Receiver. */
export type Right = 'Send' | 'Listen';
export const ALL_RIGHTS: readonly Right[] = ['Send', 'Listen'];

/** A directory whose tokens are taken, and the roles its members have in the namespace. */
export interface Directory {
  readonly issuer: string;
  /** Address of its keys, a JSON Web Key Set. */
  readonly keys: string;
  /** By object id. */
  readonly roles: Readonly<Record<string, readonly Right[]>>;
}

/** What tokens for event hubs are made out to, with or without the slash at its end. */
const AUDIENCE = 'https://eventhubs.azure.net';

export class EntraTokens {
  private keys: JWTVerifyGetKey | undefined;

  constructor(private readonly directory: Directory) {}

  /**
   * What the owner of a token may do.
   * @param nowMs ms since 1970
   * @throws AmqpRefusal when the token is not signed by the directory, is for something else, or has expired
   */
  async rightsOf(token: string, nowMs: number): Promise<readonly Right[]> {
    const { issuer, roles } = this.directory;
    const { createRemoteJWKSet, jwtVerify } = require('jose') as typeof import('jose');
    this.keys ??= createRemoteJWKSet(new URL(this.directory.keys));
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience: [AUDIENCE, `${AUDIENCE}/`],
        algorithms: ['RS256'],
        currentDate: new Date(nowMs),
        requiredClaims: ['exp'],
      });
      return roles[String(payload.oid)] ?? [];
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const name = code === 'ERR_JWT_EXPIRED' ? 'ExpiredToken' : 'InvalidToken';
      throw unauthorized(`${name}: ${message}`);
    }
  }
}
