/** The token that requests show: programs in `Authorization: Bearer`, browsers by a cookie they get in exchange for it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SpymasterError } from '../../graph/errors';

/** Too many to try at any rate. */
export const LEAST_TOKEN_LENGTH = 16;

const COOKIE = 'spymaster';
const COOKIE_SECONDS = 30 * 86_400;

/** @throws SpymasterError BadConfig for one that could be guessed */
export function requireToken(token: string, field: string): string {
  if (token.length >= LEAST_TOKEN_LENGTH && /^\S+$/.test(token)) return token;
  throw new SpymasterError('BadConfig', `${field} can be guessed, or has blanks`, {
    field,
    expected: `at least ${LEAST_TOKEN_LENGTH} characters, such as \`openssl rand -hex 16\` makes`,
  });
}

export class Credentials {
  /** Of the token, and good as long as it is: the token itself is not kept by browsers. */
  private readonly session: string;

  constructor(private readonly token: string) {
    this.session = createHmac('sha256', token).update('session of a browser').digest('base64url');
  }

  /** Whether a text is the token. */
  admits(text: string): boolean {
    return alike(text, this.token);
  }

  /** Whether a request shows the token or the cookie. */
  areIn({ authorization, cookie = '' }: IncomingHttpHeaders): boolean {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (bearer !== undefined) return this.admits(bearer);
    return cookie
      .split(';')
      .map((pair) => pair.trim())
      .some((pair) => pair.startsWith(`${COOKIE}=`) && alike(pair.slice(COOKIE.length + 1), this.session));
  }

  /** What a browser is given in exchange for the token. */
  cookie(secure: boolean): string {
    const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${COOKIE_SECONDS}`;
    return `${COOKIE}=${this.session}; ${attributes}${secure ? '; Secure' : ''}`;
  }
}

/** In a time that does not tell how much of it was right. */
function alike(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compared').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
