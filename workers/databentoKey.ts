/** The key of Databento that the environment has, or that it names in the vault. */
import { ApiKey, KEY_VARIABLE } from './databento';
import { readSecret, type Vaulted } from '../lake/secrets/readSecret';

/** @throws SpymasterError BadArgument where there is none, or what is read is no key; as `readSecret` does */
export async function databentoKey(vaulted: Vaulted, environment = process.env): Promise<ApiKey> {
  const text = environment[KEY_VARIABLE];
  return text
    ? new ApiKey(await readSecret(text, KEY_VARIABLE, vaulted))
    : ApiKey.fromEnvironment(environment);
}
