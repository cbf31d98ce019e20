/** Webhooks of alerts, as the configuration has them under `gateway.alerts`. Browsers neither see nor change them. */
import { z } from 'zod';
import { SpymasterError } from '../../../graph/errors';
import { alertFilter, quietHours } from '../../../graph/screen/alertRules';
import { readSecret, type Vaulted } from '../../../lake/secrets/readSecret';
import { isReference, nameIn, secretSetting, shownSecret } from '../../../lake/secrets/reference';

const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}, 'must be a time zone such as America/New_York');

const address = z.url({ protocol: /^https?$/ }).refine((url) => {
  const parsed = URL.parse(url);
  return !parsed || (parsed.username === '' && parsed.password === '');
}, 'must have no user name or password before the host; `secret` signs what is sent');

/** An address that is a secret itself may be in the vault. */
const addressOrReference = z.string().superRefine((text, context) => {
  if (nameIn(text) !== undefined) return;
  for (const { message } of address.safeParse(text).error?.issues ?? [])
    context.addIssue({ code: 'custom', message });
});

const webhook = alertFilter.extend({
  /** By which it is told of. */
  name: z.string().min(1).max(40),
  url: addressOrReference,
  /** Signs what is sent; better in the environment, as SPYMASTER_WEBHOOK_SECRET. */
  secret: secretSetting((text) => text.length >= 16, 'must have at least 16 characters').optional(),
});

export const alertsConfig = z.strictObject({
  webhooks: z
    .array(webhook)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must have different names')
    .default([]),
  /** Times of day during which nothing is sent. */
  quietHours: quietHours.optional(),
  /** Of the quiet hours. */
  timeZone: timeZone.default('America/New_York'),
  /** Whether what lies more than two minutes back is sent too: of sessions that are played again into the hub. */
  past: z.boolean().default(false),
});

export type AlertsConfig = z.infer<typeof alertsConfig>;
export type WebhookConfig = AlertsConfig['webhooks'][number];

/** Host of an address, which is all that is ever shown of it: the rest may be secret. */
export const hostOf = (url: string): string => (isReference(url) ? url : new URL(url).host);

/** As it may be shown. */
export const shownAlerts = ({ webhooks, ...rest }: AlertsConfig) => ({
  ...rest,
  webhooks: webhooks.map(({ url, secret, ...hook }) => ({
    ...hook,
    host: hostOf(url),
    secret: shownSecret(secret),
  })),
});

/**
 * With the addresses and secrets that it names in the vault.
 * @throws SpymasterError BadConfig where what is there is no address; as `readSecret` does
 */
export async function withSecrets(
  { webhooks, ...rest }: AlertsConfig,
  vaulted: Vaulted,
): Promise<AlertsConfig> {
  const read = async ({ url, secret, ...hook }: WebhookConfig): Promise<WebhookConfig> => {
    const field = `gateway.alerts.webhooks ${hook.name}`;
    const found = await readSecret(url, `${field}: url`, vaulted);
    if (!address.safeParse(found).success)
      throw new SpymasterError('BadConfig', `${field}: what ${url} names is no address of a webhook`, {
        field,
      });
    const signs =
      secret === undefined ? {} : { secret: await readSecret(secret, `${field}: secret`, vaulted) };
    return { ...hook, url: found, ...signs };
  };
  return { ...rest, webhooks: await Promise.all(webhooks.map(read)) };
}
