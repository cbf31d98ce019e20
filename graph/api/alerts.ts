/** Alerts of the gateway, and what became of them at webhooks. */
import { z } from 'zod';
import { alertSchema } from '../screen/alert';
import { limitOf } from './values';

const ms = z.number().describe('ms since 1970');

export const alertsQuery = z.strictObject({ limit: limitOf(500, 200) });

export const alertsAnswer = z.strictObject({
  alerts: z.array(alertSchema).describe('since the gateway was started, the latest first'),
  webhooks: z.array(
    z.strictObject({
      name: z.string(),
      host: z.string().describe('the rest of its address may be secret'),
      signed: z.boolean(),
      delivered: z.int().nonnegative(),
      failed: z.int().nonnegative(),
      underWay: z.int().nonnegative(),
    }),
  ),
  quiet: z.boolean().describe('whether it is a time of day at which webhooks are sent nothing'),
  deliveries: z.array(
    z.strictObject({
      webhook: z.string(),
      alert: z.string().describe('its id'),
      title: z.string(),
      begun: ms,
      state: z.enum(['delivered', 'trying', 'failed']),
      attempts: z.int().nonnegative(),
      result: z.string().describe('what the receiver answered last, or why it did not'),
    }),
  ),
});
