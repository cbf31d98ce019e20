/**
 * A node that answers requests: a client has one link to it and one from it, and names in `reply_to` by which the answer is to come.
 * Answers are sent settled: waiting for their settlement would cost the client's delayed acknowledgement, 40 ms.
 */
import type { Connection, Message, Sender } from 'rhea';
import { AmqpRefusal } from './amqpError';

/** What is answered: a status like HTTP's, and a body. */
export interface Answer {
  statusCode: number;
  statusDescription: string;
  body?: unknown;
}

/** Answers a request on the client's own connection. */
export function answer(
  connection: Connection,
  request: Message,
  { statusCode, statusDescription, body }: Answer,
): void {
  const link = connection.find_sender((sender: Sender) => {
    const target = sender.target as { address?: string } | undefined;
    return sender.name === request.reply_to || target?.address === request.reply_to;
  });
  const id = request.message_id;
  if (!link || id === undefined) return;
  link.send({
    correlation_id: id,
    // Clients of other languages read one or the other.
    application_properties: {
      'status-code': statusCode,
      'status-description': statusDescription,
      statusCode,
      statusDescription,
    },
    body: body ?? '',
  });
}

/** The answer that tells of a refusal. */
export const refusedWith = ({
  statusCode,
  description,
  condition,
}: AmqpRefusal): Answer & { condition: string } => ({
  statusCode,
  statusDescription: description,
  condition,
});
