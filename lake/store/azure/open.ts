/** Opens a store in Azure, with its files. */
import { readSecret, type Vaulted } from '../../secrets/readSecret';
import { CachedFileSpace } from '../cachedFileSpace';
import { FileCache, type CacheSettings } from '../fileCache';
import type { OpenedStore } from '../openedStore';
import { parseAzureAddress } from './address';
import { AzureFiles } from './azureFiles';
import { AzureStore } from './azureStore';
import { requireHost } from './host';
import { openContainer } from './service';
import { KEY_VARIABLE, PEER_VARIABLE } from './variables';

/**
 * @param vaulted names the vault of a key that the environment refers to
 * @throws SpymasterError BadConfig for an address or a key that can be none; StoreUnavailable for an account that is not known; as `readSecret` does
 */
export async function openAzure(
  location: string,
  cache: CacheSettings,
  vaulted: Vaulted,
): Promise<OpenedStore> {
  const address = parseAzureAddress(location);
  if (!process.env[PEER_VARIABLE]) await requireHost(address, process.env);
  const { [KEY_VARIABLE]: named, ...environment } = process.env;
  const key = named && (await readSecret(named, KEY_VARIABLE, vaulted));
  const container = openContainer(address, { ...environment, [KEY_VARIABLE]: key });
  return {
    store: new AzureStore(address, container),
    space: new CachedFileSpace(new AzureFiles(address, container), new FileCache(cache)),
  };
}
