/** What goes wrong, in the words of AMQP and of the service: SDKs tell by the condition whether to try again. */

/** An error condition with which a delivery is rejected or a link closed. */
export class AmqpRefusal extends Error {
  constructor(
    readonly condition: string,
    readonly description: string,
    /** HTTP-like, of answers of `$cbs` and `$management`. */
    readonly statusCode = 400,
  ) {
    super(description);
  }
}

export const notFound = (what: string): AmqpRefusal =>
  new AmqpRefusal('amqp:not-found', `The messaging entity '${what}' could not be found.`, 404);

export const unauthorized = (description: string): AmqpRefusal =>
  new AmqpRefusal('amqp:unauthorized-access', description, 401);

export const stolen = (description: string): AmqpRefusal =>
  new AmqpRefusal('amqp:link:stolen', description, 409);

export const SERVER_BUSY = 'com.microsoft:server-busy';

export const serverBusy = (): AmqpRefusal =>
  new AmqpRefusal(SERVER_BUSY, 'The server is busy. Please wait and try again.', 503);

export const badArgument = (description: string): AmqpRefusal =>
  new AmqpRefusal('com.microsoft:argument-error', description);

export const noPartition = (id: string, partitions: number): AmqpRefusal =>
  new AmqpRefusal(
    'com.microsoft:argument-out-of-range',
    `The specified partition is invalid for an EventHub partition sender or receiver: '${id}'. It should be between 0 and ${partitions - 1}.`,
  );
