/** Opens the store a lake's address names, and its files. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import type { Vaulted } from '../secrets/readSecret';
import { isAzureAddress, parseAzureAddress } from './azure/address';
import type { CacheSettings } from './fileCache';
import { LocalFileSpace } from './localFileSpace';
import { LocalStore } from './localStore';
import type { OpenedStore } from './openedStore';

const USUAL_CACHE: CacheSettings = { folder: join(tmpdir(), 'spymaster-cache'), bytes: 20e9 };

/** Whether a lake lies elsewhere than in a folder of this machine. */
export const isRemote = (location: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(location);

/** @throws SpymasterError BadConfig for a URL of no store that is known: a folder of such a name is not meant */
export function requireLocation(location: string): void {
  if (isAzureAddress(location)) parseAzureAddress(location);
  else if (isRemote(location))
    throw new SpymasterError('BadConfig', `a lake cannot be opened at ${location}`, {
      field: 'lake',
      expected: `the path of a folder on this machine, or abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH; ${location.slice(0, location.indexOf(':'))} is not supported`,
    });
}

/** What a lake elsewhere than in a folder needs of the machine and the configuration. */
export interface Elsewhere extends Vaulted {
  /** Where its files are kept. */
  readonly cache?: CacheSettings;
}

/** @throws SpymasterError BadConfig for an address or a key that can be none; as `readSecret` does where the key is in a vault */
export async function openStore(
  location: string,
  { cache = USUAL_CACHE, vault }: Elsewhere = {},
): Promise<OpenedStore> {
  requireLocation(location);
  if (!isAzureAddress(location))
    return { store: new LocalStore(location), space: new LocalFileSpace(location) };
  // Loaded where it is used: the clients are many.
  const { openAzure } = require('./azure/open') as typeof import('./azure/open');
  return openAzure(location, cache, { vault });
}
