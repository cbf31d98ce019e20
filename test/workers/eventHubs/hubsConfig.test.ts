import { hubsConnection } from '../../../workers/eventHubs/localHubs';
import { eventHubsConfig, requireConnectionString } from '../../../workers/eventHubs/hubsConfig';

const KEY = 'SharedAccessKeyName=all;SharedAccessKey=c2VjcmV0LWtleQ==';

it.each([
  `Endpoint=sb://name.servicebus.windows.net/;${KEY}`,
  `Endpoint=sb://name.servicebus.windows.net/;${KEY};EntityPath=mbo_raw`,
  `endpoint = sb://127.0.0.1:5672 ; ${KEY};UseDevelopmentEmulator=true;`,
  'Endpoint=sb://name.servicebus.windows.net/;SharedAccessSignature=SharedAccessSignature sr=a&sig=b&se=1&skn=all',
])('a namespace with a key is taken: %s', (text) => {
  expect(requireConnectionString(text)).toBe(text);
});

it.each([
  'foo',
  '',
  'name.servicebus.windows.net',
  'Endpoint=sb://name.servicebus.windows.net/',
  `Endpoint=https://name.servicebus.windows.net/;${KEY}`,
  `${KEY};c2VjcmV0`,
  `Endpoint=sb://name.servicebus.windows.net/;${KEY};more`,
])('anything else is refused before a client is made, and not shown: %j', async (connectionString) => {
  const eventHubs = { ...eventHubsConfig.parse({}), connectionString };
  const refused = await hubsConnection({ eventHubs }).then(
    () => undefined,
    (error: Error & { code: string; details: object }) => error,
  );
  expect(refused).toMatchObject({
    code: 'BadConfig',
    message: expect.not.stringContaining('c2Vj') as string,
  });
  expect(JSON.stringify(refused?.details)).not.toContain('c2Vj');
});
