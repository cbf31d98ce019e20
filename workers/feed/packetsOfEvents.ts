/** The packet of an event: its body, or beside a body of the JSON form. */
import type { ReceivedEventData } from '@azure/event-hubs';
import { SpymasterError } from '../../graph/errors';
import { decodePacket, type Packet } from '../../graph/feed/packet';

/** In base64: the SDK keeps no bytes in properties. */
const PROPERTY = 'spymaster-packet';

/** What an event is given that takes a packet along beside its body. */
export const packetProperty = (packet: Uint8Array): Record<string, string> => ({
  [PROPERTY]: Buffer.from(packet).toString('base64'),
});

/** What is no packet is for the consumers to tell. */
export const packetIn = ({ body }: Pick<ReceivedEventData, 'body'>): Packet[] => packetOf(body as Uint8Array);

/** The same also of what takes its packet along. */
export function packetSentWith({
  body,
  properties,
}: Pick<ReceivedEventData, 'body' | 'properties'>): Packet[] {
  const beside: unknown = properties?.[PROPERTY];
  return packetOf(typeof beside === 'string' ? Buffer.from(beside, 'base64') : body);
}

function packetOf(body: unknown): Packet[] {
  // What is JSON the SDK may have parsed.
  if (!(body instanceof Uint8Array)) return [];
  try {
    return [decodePacket(body)];
  } catch (error) {
    if (error instanceof SpymasterError) return [];
    throw error;
  }
}
