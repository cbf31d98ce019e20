import { EventHubProducerClient } from '@azure/event-hubs';
import type { SpymasterError } from '../../../graph/errors';
import { openConsumer, openProducer } from '../../../workers/eventHubs/clients';
import { requireConnectionString } from '../../../workers/eventHubs/connectionString';
import { eventHubsConfig } from '../../../workers/eventHubs/hubsConfig';
import { hubsConnection } from '../../../workers/eventHubs/localHubs';

const KEY = 'SharedAccessKeyName=all;SharedAccessKey=c2VjcmV0LWtleQ==';
const SIGNATURE = 'SharedAccessSignature sr=a&sig=c2Vj&se=1&skn=all';
const NAMED = 'Endpoint=sb://name.servicebus.windows.net/';

/** What is said of it, without any of the key. */
function refusalOf(text: string): string {
  try {
    requireConnectionString(text);
    return 'none';
  } catch (error) {
    const { code, message, details } = error as SpymasterError;
    expect(code).toBe('BadConfig');
    expect(message + JSON.stringify(details)).not.toContain('c2Vj');
    return message;
  }
}

/** Whether Azure's own client can be made with it. */
const isUsable = (text: string): boolean => {
  try {
    return new EventHubProducerClient(text, 'mbo_raw').eventHubName === 'mbo_raw';
  } catch {
    return false;
  }
};

it.each([
  `${NAMED};${KEY}`,
  `${NAMED};${KEY};EntityPath=mbo_raw`,
  ` Endpoint = sb://127.0.0.1:5672 ; ${KEY};UseDevelopmentEmulator=true;`,
  `${NAMED};SharedAccessSignature=${SIGNATURE}`,
])('a namespace with a key is taken, as the client of Azure takes it: %s', (text) => {
  expect(requireConnectionString(text)).toBe(text);
  expect(isUsable(text)).toBe(true);
});

it.each([
  ['foo', 'must have an `=`'],
  ['', 'should have an Endpoint'],
  ['name.servicebus.windows.net', 'must have an `=`'],
  [`endpoint=sb://name.servicebus.windows.net/;${KEY}`, 'should have an Endpoint'],
  [`"${NAMED};${KEY}"`, 'should have an Endpoint'],
  [`${KEY};c2VjcmV0`, 'must have an `=`'],
  [`${NAMED};${KEY};more`, 'must have an `=`'],
  [NAMED, 'neither SharedAccessKeyName'],
  [`${NAMED};sharedaccesskeyname=all;sharedaccesskey=c2VjcmV0`, 'neither SharedAccessKeyName'],
  [`${NAMED};SharedAccessKey=c2VjcmV0`, 'should have SharedAccessKeyName'],
  [`${NAMED};${KEY};SharedAccessSignature=${SIGNATURE}`, 'cannot have both'],
  [`${NAMED};SharedAccessSignature=c2VjcmV0`, 'does not begin with'],
])('what that client refuses is refused before one is made, and not shown: %j', (text, fault) => {
  expect(refusalOf(text)).toContain(fault);
  expect(isUsable(text)).toBe(false);
});

it.each([
  `Endpoint=https://name.servicebus.windows.net/;${KEY}`,
  `Endpoint=name.servicebus.windows.net;${KEY}`,
])('so is what is reached in another way: %j', (text) => {
  expect(refusalOf(text)).toContain('is no sb://');
});

it('one of a single hub opens that alone, and is not shown for another', () => {
  const text = `${NAMED};${KEY};EntityPath=mbo_raw`;
  expect(openProducer(text, 'mbo_raw', {}).eventHubName).toBe('mbo_raw');
  for (const open of [
    () => openProducer(text, 'features_gold', {}),
    () => openConsumer('g', text, 'features_gold'),
  ])
    expect(open).toThrow(
      expect.objectContaining({
        code: 'BadConfig',
        message: 'what connects to Event Hubs is of the hub mbo_raw alone, and features_gold is needed',
      }),
    );
});

it('the configuration is refused by it', async () => {
  const eventHubs = eventHubsConfig.parse({
    connectionString: `endpoint=sb://name.servicebus.windows.net/;${KEY}`,
  });
  await expect(hubsConnection({ eventHubs })).rejects.toMatchObject({ code: 'BadConfig' });
});
