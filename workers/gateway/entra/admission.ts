/**
 * Who is let in, of those whom the directory knows. Sources: "Access token claims reference" and "Secure applications and APIs by
 * validating claims", Microsoft identity platform.
 */
import type { JWTPayload } from 'jose';
import type { EntraConfig } from './entraConfig';

/** What keeps somebody out, in words; undefined where nothing does. */
type Objection = string | undefined;

type Rules = Pick<EntraConfig, 'roles' | 'scopes'>;

const words = (claim: unknown): string[] =>
  Array.isArray(claim) ? claim.map(String) : typeof claim === 'string' ? claim.split(' ') : [];

/** Of a user who signs in with a browser. @param claims of the ID token */
export function objectionToUser({ roles: given }: JWTPayload, { roles }: Rules): Objection {
  if (roles.length === 0 || words(given).some((role) => roles.includes(role))) return undefined;
  return `none of the roles ${roles.join(', ')}`;
}

/**
 * Of a program. One that asks in a user's name has scopes, and the user's roles; one that asks in its own has roles alone: every program of
 * a tenant can get a token without any.
 * @param claims of the access token
 */
export function objectionToProgram(claims: JWTPayload, { roles, scopes }: Rules): Objection {
  // Only ID tokens of a sign-in here have one; they are no access tokens.
  if (claims.nonce !== undefined) return 'an ID token, which is shown to nobody';
  if (claims.scp === undefined)
    return roles.length > 0
      ? objectionToUser(claims, { roles, scopes })
      : 'no scope, and no roles are configured';
  if (!words(claims.scp).some((scope) => scopes.includes(scope)))
    return `none of the scopes ${scopes.join(', ')}`;
  return objectionToUser(claims, { roles, scopes });
}
