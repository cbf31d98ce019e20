/** The key a connection to Temporal shows, where the configuration names one in the vault. */
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { loadConfig } from '../config';
import { isReference } from '../../lake/secrets/reference';
import { readSecret } from '../../lake/secrets/readSecret';
import { KEPT_MS } from '../../lake/secrets/vault';

const FIELD = 'TEMPORAL_API_KEY';

/** @throws SpymasterError as `readSecret` does */
const read = (reference: string): Promise<string> => readSecret(reference, FIELD, loadConfig());

/**
 * What `connectConfig` says, with the key itself.
 * @throws SpymasterError as `readSecret` does
 */
export async function withApiKey(config: ClientConnectConfig): Promise<ClientConnectConfig> {
  const { apiKey } = config.connectionOptions;
  if (typeof apiKey !== 'string' || !isReference(apiKey)) return config;
  return { ...config, connectionOptions: { ...config.connectionOptions, apiKey: await read(apiKey) } };
}

/**
 * Has a connection that lasts show the key that the vault has by then.
 * @param onFault told of what keeps it from being read; the one before goes on being shown
 * @returns what ends that
 */
export function keepApiKey(
  { connectionOptions: { apiKey } }: ClientConnectConfig,
  connection: { setApiKey(key: string): Promise<void> },
  onFault: (error: unknown) => void,
): () => void {
  if (typeof apiKey !== 'string' || !isReference(apiKey)) return () => {};
  const renew = () =>
    void read(apiKey)
      .then((key) => connection.setApiKey(key))
      .catch(onFault);
  const timer = setInterval(renew, KEPT_MS);
  timer.unref();
  return () => clearInterval(timer);
}
