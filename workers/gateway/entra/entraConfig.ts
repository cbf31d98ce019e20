/** Sign-in by Entra ID, as the configuration has it under `gateway.entra`: a directory, and what of it is let in. */
import { z } from 'zod';
import { isLoopback } from '../authority';
import { secretSetting } from '../../../lake/secrets/reference';

const issuer = z.url().refine((text) => {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
}, 'must be https, such as https://login.microsoftonline.com/TENANT/v2.0');

export const entraConfig = z.strictObject({
  /** The directory, by the name it signs tokens with: of one tenant. */
  issuer,
  /** Application (client) id of the gateway's registration. */
  clientId: z.string().min(1),
  /** Of the registration; by it a browser's sign-in is finished. */
  clientSecret: secretSetting((text) => text !== '', 'must not be empty'),
  /** What tokens of programs are made out to, beside the client id and `api://` before it. */
  audiences: z.array(z.string().min(1)).default([]),
  /** Scopes, one of which a program needs that asks in a user's name. */
  scopes: z.array(z.string().min(1)).default(['access_as_user']),
  /** Roles of the registration, one of which whoever asks needs; without, every user whom the directory lets sign in here is let in. */
  roles: z.array(z.string().min(1)).default([]),
});

export type EntraConfig = z.infer<typeof entraConfig>;
