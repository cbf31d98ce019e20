/** What a browser carries of a sign-in: on the way what it has to come back with, and afterwards that it is signed in. Scripts see neither. */
import { createHmac } from 'node:crypto';
import type * as Jose from 'jose';

/** A day at the desk. Whoever is let in no more stays signed in for so long at most. */
export const SESSION_SECONDS = 12 * 3600;
/** For which somebody may be at the directory's page. */
export const SIGN_IN_SECONDS = 900;

/** By what each is known, and how long it is good. */
const KINDS = {
  session: { name: 'spymaster-session', seconds: SESSION_SECONDS },
  signIn: { name: 'spymaster-sign-in', seconds: SIGN_IN_SECONDS },
} as const;
type Kind = keyof typeof KINDS;

export class BrowserCookies {
  private readonly key: Uint8Array;
  private readonly jose: typeof Jose;

  /** @param secret of the gateway: whoever has it can sign anybody in */
  constructor(secret: string) {
    // Signed with nothing that is sent anywhere; another secret ends all sessions.
    this.key = createHmac('sha256', secret).update('cookies of browsers').digest();
    this.jose = require('jose') as typeof Jose;
  }

  /** @returns the header `set-cookie` @param secure whether the browser speaks TLS */
  async make(kind: Kind, claims: Jose.JWTPayload, secure: boolean): Promise<string> {
    const { name, seconds } = KINDS[kind];
    const text = await new this.jose.SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(kind)
      .setExpirationTime(`${seconds}s`)
      .sign(this.key);
    return cookie(name, text, seconds, secure);
  }

  /** The header that has a browser forget it. */
  end = (kind: Kind, secure: boolean): string => cookie(KINDS[kind].name, '', 0, secure);

  /** What a request carries of a kind; undefined where it carries none, or none that is good. */
  async read(kind: Kind, header = ''): Promise<Jose.JWTPayload | undefined> {
    const prefix = `${KINDS[kind].name}=`;
    const found = header
      .split(';')
      .map((pair) => pair.trim())
      .find((pair) => pair.startsWith(prefix));
    if (found === undefined) return undefined;
    const checks = { audience: kind, algorithms: ['HS256'], requiredClaims: ['exp'] };
    const read = this.jose.jwtVerify(found.slice(prefix.length), this.key, checks);
    return read.then(
      ({ payload }) => payload,
      () => undefined,
    );
  }
}

const cookie = (name: string, text: string, seconds: number, secure: boolean): string =>
  `${name}=${text}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
