import { createSasTokenProvider } from '@azure/core-amqp';
import { openedBy, opens, resourceOf } from '../../../infra/eventhubs/sasToken';

const SHARED = { name: 'root', key: 'a key' };
const provider = createSasTokenProvider({ sharedAccessKeyName: SHARED.name, sharedAccessKey: SHARED.key });
const tokenFor = async (audience: string) => (await provider.getToken(audience)).token;
const refused = (token: string, shared = SHARED, now = Date.now()) => {
  try {
    openedBy(token, shared, now);
    return undefined;
  } catch (error) {
    return (error as Error).message.split(':')[0];
  }
};

test("the SDK's tokens open what they are for", async () => {
  const token = await tokenFor('sb://127.0.0.1:5672/Hub/Partitions/0');
  expect(openedBy(token, SHARED, Date.now())).toBe('hub/partitions/0');
});

test('another key, a changed token and one that has expired open nothing', async () => {
  const token = await tokenFor('sb://here/hub');
  expect(refused(token, { ...SHARED, key: 'another' })).toBe('InvalidSignature');
  expect(refused(token, { ...SHARED, name: 'another' })).toBe('InvalidSignature');
  expect(refused(token.replace('hub', 'hug'))).toBe('InvalidSignature');
  expect(refused(token, SHARED, Date.now() + 3_601_000)).toBe('ExpiredToken');
  expect(refused('ey.JWT.x')).toBe('InvalidSignature');
});

test('a resource opens what is below it, and nothing that only begins like it', () => {
  expect(opens(resourceOf('sb://here/hub'), resourceOf('sb://there:5672/hub/Partitions/3'))).toBe(true);
  expect(opens('hub', 'hub2')).toBe(false);
  expect(opens('', 'anything')).toBe(true);
});
