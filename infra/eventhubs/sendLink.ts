/** A link on which a producer sends: every batch is appended to a partition, and settled when it is. */
import rhea = require('rhea');
import { AmqpRefusal, SERVER_BUSY, badArgument, serverBusy } from './amqpError';
import { BATCH_FORMAT, readBatch, readSingle, type EventBatch } from './eventBatch';
import type { Faults } from './faults';
import type { Hub } from './hub';
import type { HubLog } from './hubLog';
import type { HubMetrics } from './hubMetrics';
import { answerWith, numberOf, propertiesOf, wants } from './linkOptions';
import type { Throughput } from './throughput';

const IDEMPOTENT = 'com.microsoft:idempotent-producer';
const PRODUCER = {
  id: 'com.microsoft:producer-id',
  epoch: 'com.microsoft:producer-epoch',
  sequence: 'com.microsoft:producer-sequence-number',
} as const;

/** The largest batch, in bytes; that of a standard namespace. */
export const MOST_BYTES = 1024 * 1024;

export interface Ingress {
  hub: Hub;
  /** The partition the link names; by key or in turn without one. */
  partitionId?: string;
  faults: Faults;
  throughput: Throughput;
  metrics: HubMetrics;
  log: HubLog;
}

/**
 * Lets a producer attach.
 * @throws AmqpRefusal when there is no such partition, or the idempotent producer was overtaken
 */
export function openSendLink(link: rhea.Receiver, ingress: Ingress): void {
  const { hub, partitionId } = ingress;
  const partition = partitionId === undefined ? undefined : hub.partition(partitionId);
  if (wants(link, IDEMPOTENT)) {
    if (!partition) throw badArgument('An idempotent producer sends to a partition it names.');
    const asked = propertiesOf(link);
    const state = partition.producers.attach({
      id: numberOf(asked[PRODUCER.id]),
      epoch: numberOf(asked[PRODUCER.epoch]),
      sequence: numberOf(asked[PRODUCER.sequence]),
    });
    answerWith(link, {
      [PRODUCER.id]: rhea.types.wrap_long(state.id),
      [PRODUCER.epoch]: rhea.types.wrap_short(state.epoch),
      [PRODUCER.sequence]: rhea.types.wrap_int(state.sequence),
    });
  }
  link.on('message', (context: rhea.EventContext) => {
    ingress.faults.afterStall(() => receive(context, ingress));
  });
}

type BatchContext = rhea.EventContext & { format?: number };

function receive(
  context: BatchContext,
  { hub, partitionId, faults, throughput, metrics, log }: Ingress,
): void {
  const { delivery, connection, receiver } = context;
  if (!delivery || !receiver?.is_open()) return;
  const of = { hub: hub.name };
  try {
    if (faults.takeRefusal()) throw serverBusy();
    const payload = payloadOf(context);
    if (payload.length > MOST_BYTES)
      throw new AmqpRefusal(
        'amqp:link:message-size-exceeded',
        `The received message (size: ${payload.length}) exceeds the limit of ${MOST_BYTES} bytes on the link.`,
      );
    const { events, partitionKey } = decode(payload, context.format);
    if (!throughput.admits(payload.length, events.length)) throw serverBusy();
    const partition = partitionId === undefined ? hub.route(partitionKey) : hub.partition(partitionId);
    partition.append(events, partitionKey);
    metrics.eventsIn.inc(of, events.length);
    metrics.bytesIn.inc(of, payload.length);
  } catch (error) {
    const { condition, description } = refusalOf(error);
    (condition === SERVER_BUSY ? metrics.throttled : metrics.refused).inc(of);
    log.refusedBatch(hub.name, condition, description);
    return delivery.reject({ condition, description });
  }
  if (faults.takeLostAnswer()) connection.socket.destroy(new Error('cut on demand'));
  else delivery.accept();
}

/** rhea hands on deliveries of formats it does not know as they came, and decodes the ordinary one. */
const payloadOf = ({ format, message }: BatchContext): Buffer =>
  format === undefined ? rhea.message.encode(message as rhea.Message) : (message as unknown as Buffer);

function decode(payload: Buffer, format: number | undefined): EventBatch {
  if (format === undefined) return readSingle(payload);
  if (format === BATCH_FORMAT) return readBatch(payload);
  throw badArgument(`Messages of format ${format} are not known here.`);
}

function refusalOf(error: unknown): AmqpRefusal {
  if (error instanceof AmqpRefusal) return error;
  if (error instanceof RangeError) return new AmqpRefusal('amqp:decode-error', error.message);
  return new AmqpRefusal('amqp:internal-error', String(error), 500);
}
