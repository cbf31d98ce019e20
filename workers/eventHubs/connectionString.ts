/** What a namespace that takes keys is connected to by. It is a secret: what is wrong with one is told without it. */
import { parseEventHubConnectionString } from '@azure/event-hubs';
import { SpymasterError } from '../../graph/errors';

const field = 'EVENTHUB_CONNECTION_STRING, or eventHubs.connectionString';

/** @throws SpymasterError BadConfig where clients could not connect by it */
export function requireConnectionString(text: string): string {
  const fault = faultOf(text);
  if (fault === undefined) return text;
  throw new SpymasterError('BadConfig', `what connects to Event Hubs is no connection string: ${fault}`, {
    field,
    expected: 'Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=NAME;SharedAccessKey=KEY',
  });
}

/**
 * The SDK itself would show the key where the string is of another hub than is asked for.
 * @throws SpymasterError BadConfig there
 */
export function requireHub(connection: string, hub: string): void {
  const { eventHubName: named = hub } = parseEventHubConnectionString(connection);
  if (named === hub) return;
  throw new SpymasterError(
    'BadConfig',
    `what connects to Event Hubs is of the hub ${named} alone, and ${hub} is needed`,
    { field, expected: `a connection string of the namespace, without EntityPath, or of ${hub}` },
  );
}

function faultOf(text: string): string | undefined {
  try {
    const { endpoint, sharedAccessKey, sharedAccessSignature } = parseEventHubConnectionString(text);
    if (!/^sb:\/\/[^/\s]+/.test(endpoint)) return 'its Endpoint is no sb://NAME.servicebus.windows.net/';
    if (sharedAccessKey !== undefined) return undefined;
    if (sharedAccessSignature === undefined)
      return 'it has neither SharedAccessKeyName and SharedAccessKey nor a SharedAccessSignature';
    // Anything else the SDK takes for a string with a key.
    return text.includes('SharedAccessSignature=SharedAccessSignature ')
      ? undefined
      : 'its SharedAccessSignature does not begin with `SharedAccessSignature `';
  } catch (error) {
    // These are the SDK's own words; nothing of the text is in them.
    return error instanceof Error ? error.message : String(error);
  }
}
