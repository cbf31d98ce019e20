import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AzureAddress } from './address';
import { azureFailure, isUnknownHost } from './failure';

const AGAIN_AFTER_MS = 1000;

/** By these something else finds hosts. */
const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

/**
 * Finds out whether an account is there at all, before anything is asked of it: its clients would try for a quarter of a minute, as they
 * have to with one that was there before.
 * @throws SpymasterError StoreUnavailable for one whose name nobody knows, twice within a second
 */
export async function requireHost(
  address: AzureAddress,
  environment: NodeJS.ProcessEnv,
  find: (host: string) => Promise<unknown> = lookup,
): Promise<void> {
  if (PROXIES.some((name) => environment[name] || environment[name.toLowerCase()])) return;
  await find(address.blobsHost).catch(async (first: unknown) => {
    if (!isUnknownHost(first)) return;
    await sleep(AGAIN_AFTER_MS);
    await find(address.blobsHost).catch((error: unknown) => {
      if (isUnknownHost(error)) throw azureFailure(address, false, 'open', '', error);
    });
  });
}
