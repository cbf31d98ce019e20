/** How whoever looks wants to be alerted. */
import { z } from 'zod';
import { alertFilter, isQuiet, isWanted, quietHours } from '../../../graph/screen/alertRules';
import type { Alert } from '../../../graph/screen/alert';

const schema = z.object({
  sound: z.boolean().default(false),
  notification: z.boolean().default(false),
  triggers: alertFilter.shape.triggers,
  /** Kinds of levels, and levels, that are passed over. */
  muted: z.array(z.string()).default([]),
  /** Local time; without sound and notification then. */
  quiet: quietHours.extend({ on: z.boolean() }).default({ on: false, from: '22:00', to: '07:00' }),
  /** Whether sessions of the past that are played again alert too. */
  past: z.boolean().default(false),
});

export type AlertSettings = z.infer<typeof schema>;

/** What was kept, or how it is at first where that cannot be read. */
export const readSettings = (text: string | null): AlertSettings =>
  schema.safeParse(parsed(text)).data ?? schema.parse({});

/** Whether it is shown: not muted, and of a kind of trigger that is wanted. */
export const isShown = (alert: Alert, { triggers, muted }: AlertSettings): boolean =>
  isWanted(alert, { triggers }) && !muted.includes(alert.levelKind) && !muted.includes(alert.level);

/** @param now in the time zone of whoever looks */
export const isQuietNow = ({ quiet }: Pick<AlertSettings, 'quiet'>, now: Date): boolean =>
  quiet.on && isQuiet(quiet, 60 * now.getHours() + now.getMinutes());

function parsed(text: string | null): unknown {
  try {
    return text === null ? {} : (JSON.parse(text) as unknown);
  } catch {
    return {};
  }
}
