/** `$cbs`, where a client shows tokens for what it is about to use: claims-based security, OASIS AMQP CBS 1.0 (draft). */
import type { Message } from 'rhea';
import { badArgument, unauthorized } from './amqpError';
import type { Answer } from './requestNode';
import { openedBy, opens, resourceOf, type SharedKey } from './sasToken';

export const CBS = '$cbs';

/** What a connection has shown tokens for. */
export class Claims {
  private readonly opened = new Set<string>();

  constructor(private readonly shared: SharedKey) {}

  /** @throws AmqpRefusal when the token does not open what it is shown for */
  putToken(request: Message, nowMs: number): Answer {
    const { operation, name, type } = (request.application_properties ?? {}) as Record<string, unknown>;
    if (operation !== 'put-token' || typeof name !== 'string')
      throw badArgument(`$cbs answers put-token with a name, not ${String(operation)}.`);
    if (type !== 'servicebus.windows.net:sastoken')
      throw unauthorized(`InvalidToken: tokens of type ${String(type)} are not known here.`);
    const wanted = resourceOf(name);
    const resource = openedBy(String(request.body), this.shared, nowMs);
    if (!opens(resource, wanted))
      throw unauthorized(`InvalidAudience: the token is for '${resource}', not '${wanted}'.`);
    this.opened.add(wanted);
    return { statusCode: 202, statusDescription: 'Accepted' };
  }

  /** @throws AmqpRefusal unless a token was shown for the address or what it is part of */
  require(address: string): void {
    const wanted = resourceOf(address);
    if (![...this.opened].some((resource) => opens(resource, wanted)))
      throw unauthorized(`Unauthorized access. 'Send' or 'Listen' claims are required to use '${address}'.`);
  }
}
