import { inspect } from 'node:util';
import { ApiKey } from '../../../../workers/databento';

const KEY = 'db-unittestapikey1234567890FFFFF';

test("answers the challenge as Databento's own clients do", () => {
  // The vector of Databento's Python client's tests.
  expect(new ApiKey(KEY).answer('abcd1234')).toBe(
    'be87ce3d564b64481d4ad1902e2b41b26e3eef62b9de37d87eb4a1d4a5199b6f-FFFFF',
  );
});

test('says nothing of itself however it is printed', () => {
  const key = new ApiKey(KEY);
  const printed = [String(key), JSON.stringify({ key }), inspect({ key }, { showHidden: true })];
  for (const text of printed) expect(text).not.toContain('unittest');
  expect(key.redact(`GET /?key=${KEY} failed, ${KEY}`)).toBe('GET /?key=[key] failed, [key]');
});

test.each(['', 'db-short', `xx-${KEY.slice(3)}`, `${KEY} `])('refuses %j without repeating it', (text) => {
  try {
    throw new Error(`taken: ${new ApiKey(text).answer('')}`);
  } catch (error) {
    expect(error).toMatchObject({ code: 'BadArgument' });
    if (text !== '') expect(inspect(error)).not.toContain(text);
  }
});

test('is taken from the environment, which must have one', () => {
  expect(ApiKey.fromEnvironment({ DATABENTO_API_KEY: KEY }).answer('x')).toBe(new ApiKey(KEY).answer('x'));
  expect(() => ApiKey.fromEnvironment({})).toThrow(/no API key/);
});
