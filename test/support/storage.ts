/** Azure's storage on this machine, for the tests of a file. */
import { StoragePeer } from '../../infra/storage/peer';
import { parseAzureAddress } from '../../lake/store/azure/address';
import { AzureFiles } from '../../lake/store/azure/azureFiles';
import { AzureStore } from '../../lake/store/azure/azureStore';
import { openContainer } from '../../lake/store/azure/service';
import { KEY_VARIABLE, PEER_VARIABLE } from '../../lake/store/azure/variables';

export const ACCOUNT = 'spymastertest';
const KEY = Buffer.from('a key of nobody but the tests of this file').toString('base64');

export interface TestStorage {
  /** Once the tests run. */
  readonly peer: StoragePeer;
  /** By which clients find it. */
  environment(): Record<string, string>;
  /** A lake nobody has written to yet. */
  place(): string;
  open(location: string, environment?: NodeJS.ProcessEnv): { store: AzureStore; files: AzureFiles };
}

/** Starts it before the tests of a file, and ends it after them. */
export function testStorage(): TestStorage {
  let peer: StoragePeer;
  let places = 0;
  beforeAll(async () => {
    peer = await StoragePeer.start({ account: ACCOUNT, key: KEY, port: 0 });
    await peer.createContainer('lake');
  });
  afterEach(() => {
    peer.interfere = undefined;
  });
  afterAll(() => peer?.stop());
  const environment = () => ({ [KEY_VARIABLE]: KEY, [PEER_VARIABLE]: peer.address });
  return {
    get peer() {
      return peer;
    },
    environment,
    place: () => `abfss://lake@${ACCOUNT}.dfs.core.windows.net/place-${++places}`,
    open(location, given = environment()) {
      const address = parseAzureAddress(location);
      const container = openContainer(address, given);
      return { store: new AzureStore(address, container), files: new AzureFiles(address, container) };
    },
  };
}
