/** What rhea's typings leave out of a link that a peer has opened, and the peer answers. */
import type { link } from 'rhea';

/** `attach` is what is answered with; rhea sends it after the handlers of the opening have run. */
interface Answered {
  local: { attach: { properties?: unknown; offered_capabilities?: unknown } };
  remote: { attach?: { properties?: unknown; desired_capabilities?: unknown } };
  delivery_count: number;
  credit: number;
}

const inside = (one: link): Answered => one as unknown as Answered;

/** Properties the client attached with. */
export const propertiesOf = (one: link): Record<string, unknown> =>
  (inside(one).remote.attach?.properties ?? {}) as Record<string, unknown>;

/** Whether the client wants a capability. */
export function wants(one: link, capability: string): boolean {
  const desired = inside(one).remote.attach?.desired_capabilities;
  return [desired].flat().some((name) => String(name) === capability);
}

/** Properties the attach is answered with. */
export function answerWith(one: link, properties: Record<string, unknown>): void {
  inside(one).local.attach.properties = properties;
}

/** Deliveries rhea has transferred. */
export const transferredBy = (one: link): number => inside(one).delivery_count;

/** Deliveries the client has asked for and rhea has not transferred. */
export const creditOf = (one: link): number => inside(one).credit;

/** A whole number that may have come as any of AMQP's. */
export function numberOf(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}
