/** The token that requests show: programs in `Authorization: Bearer`, browsers by a cookie they get in exchange for it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SpymasterError } from '../../graph/errors';

/** Too many to try at any rate. */
const LEAST_TOKEN_LENGTH = 16;

const COOKIE_SECONDS = 30 * 86_400;

export const TOKEN_RULE = `must have at least ${LEAST_TOKEN_LENGTH} characters and no blanks`;

export const isToken = (token: string): boolean => token.length >= LEAST_TOKEN_LENGTH && /^\S+$/.test(token);

/** @throws SpymasterError BadConfig for one that could be guessed */
export function requireToken(token: string, field: string): string {
  if (isToken(token)) return token;
  throw new SpymasterError('BadConfig', `${field} can be guessed, or has blanks`, {
    field,
    expected: `at least ${LEAST_TOKEN_LENGTH} characters, such as \`openssl rand -hex 16\` makes`,
  });
}

export class Credentials {
  /**
   * @param token as it is now; undefined lets nobody in
   * @param name of the cookie: every port of a host has the same ones
   */
  constructor(
    private readonly token: () => string | undefined,
    private readonly name = 'spymaster',
  ) {}

  /** Whether a text is the token. */
  admits(text: string): boolean {
    const token = this.token();
    return token !== undefined && alike(text, token);
  }

  /** Whether a request shows the token or the cookie. */
  areIn({ authorization, cookie = '' }: IncomingHttpHeaders): boolean {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (bearer !== undefined) return this.admits(bearer);
    const session = this.session();
    if (session === undefined) return false;
    return cookie
      .split(';')
      .map((pair) => pair.trim())
      .some((pair) => pair.startsWith(`${this.name}=`) && alike(pair.slice(this.name.length + 1), session));
  }

  /**
   * What a browser is given in exchange for the token.
   * @param secure over TLS only
   * @param sites whose pages it is sent for: of other sites only over TLS
   */
  cookie(secure: boolean, sites: 'own' | 'all' = 'own'): string {
    const sameSite = sites === 'all' && secure ? 'None' : 'Lax';
    const attributes = `Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${COOKIE_SECONDS}`;
    return `${this.name}=${this.session() ?? ''}; ${attributes}${secure ? '; Secure' : ''}`;
  }

  /** Of the token, and good as long as it is: the token itself is not kept by browsers. */
  private session(): string | undefined {
    const token = this.token();
    return token && createHmac('sha256', token).update('session of a browser').digest('base64url');
  }
}

/** In a time that does not tell how much of it was right. */
function alike(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compared').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
