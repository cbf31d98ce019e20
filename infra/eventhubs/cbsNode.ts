/** `$cbs`, where a client shows tokens for what it is about to use: claims-based security, OASIS AMQP CBS 1.0 (draft). */
import type { Message } from 'rhea';
import { badArgument, unauthorized } from './amqpError';
import type { Answer } from './requestNode';
import { ALL_RIGHTS, type EntraTokens, type Right } from './entraToken';
import { openedBy, opens, resourceOf, type SharedKey } from './sasToken';

export const CBS = '$cbs';

/** What a connection has shown tokens for. */
export class Claims {
  private readonly opened = new Map<string, readonly Right[]>();

  /** @param tokens of a directory, where its members are let in */
  constructor(
    private readonly shared: SharedKey,
    private readonly tokens: EntraTokens | undefined,
  ) {}

  /** @throws AmqpRefusal when the token does not open what it is shown for */
  async putToken(request: Message, nowMs: number): Promise<Answer> {
    const { operation, name, type } = (request.application_properties ?? {}) as Record<string, unknown>;
    if (operation !== 'put-token' || typeof name !== 'string')
      throw badArgument(`$cbs answers put-token with a name, not ${String(operation)}.`);
    const wanted = resourceOf(name);
    this.opened.set(wanted, await this.rights(String(type), String(request.body), wanted, nowMs));
    return { statusCode: 202, statusDescription: 'Accepted' };
  }

  /** @throws AmqpRefusal unless a token was shown for the address or what it is part of, whose owner has one of the rights there */
  require(address: string, ...rights: readonly Right[]): void {
    const wanted = resourceOf(address);
    const has = [...this.opened].some(
      ([resource, given]) => opens(resource, wanted) && rights.some((right) => given.includes(right)),
    );
    if (!has)
      throw unauthorized(
        `Unauthorized access. '${rights.join("' or '")}' claims are required to use '${address}'.`,
      );
  }

  private async rights(
    type: string,
    token: string,
    wanted: string,
    nowMs: number,
  ): Promise<readonly Right[]> {
    if (type === 'jwt' && this.tokens) return this.tokens.rightsOf(token, nowMs);
    if (type !== 'servicebus.windows.net:sastoken')
      throw unauthorized(`InvalidToken: tokens of type ${type} are not known here.`);
    const resource = openedBy(token, this.shared, nowMs);
    if (!opens(resource, wanted))
      throw unauthorized(`InvalidAudience: the token is for '${resource}', not '${wanted}'.`);
    return ALL_RIGHTS;
  }
}
