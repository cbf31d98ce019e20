/** Opens a store in Azure, with its files. */
import { CachedFileSpace } from '../cachedFileSpace';
import { FileCache, type CacheSettings } from '../fileCache';
import type { OpenedStore } from '../open';
import { parseAzureAddress } from './address';
import { AzureFiles } from './azureFiles';
import { AzureStore } from './azureStore';
import { openContainer } from './service';

/** @throws SpymasterError BadConfig for an address or a key that can be none */
export function openAzure(location: string, cache: CacheSettings): OpenedStore {
  const address = parseAzureAddress(location);
  const container = openContainer(address);
  return {
    store: new AzureStore(address, container),
    space: new CachedFileSpace(new AzureFiles(address, container), new FileCache(cache)),
  };
}
