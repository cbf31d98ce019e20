/** Clients of a container: how they sign in, how often they try, and where they find the storage of this machine. */
import {
  ContainerClient,
  StorageSharedKeyCredential as BlobKey,
  type StorageRetryOptions,
} from '@azure/storage-blob';
import { DataLakeFileSystemClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { SpymasterError } from '../../../graph/errors';
import type { AzureAddress } from './address';
import { azureCredential } from './credential';
import { Turns } from './turns';
import { KEY_VARIABLE, PEER_VARIABLE } from './variables';

/** A busy or failing service is asked again after 1/4 s, then 1/2 s and so on: about a quarter of a minute in all. */
const RETRIES = { maxTries: 7, retryDelayInMs: 250, maxRetryDelayInMs: 10_000 };

const FILES_AT_ONCE = 32;

export interface Container {
  /** Names of files. */
  readonly files: DataLakeFileSystemClient;
  /** Their bytes: one request replaces or creates a whole file, which the client of names takes three for. */
  readonly blobs: ContainerClient;
  /** Whether a key signs requests, and no identity. */
  readonly withKey: boolean;
  /** In which files are read and written: those of a large table would be too many at once. */
  readonly turns: Turns;
}

/** @throws SpymasterError BadConfig for a key or an address in the environment that can be none */
export function openContainer(
  { account, container, filesHost, blobsHost }: AzureAddress,
  environment: NodeJS.ProcessEnv = process.env,
  retryOptions: StorageRetryOptions = RETRIES,
): Container {
  const peer = peerOf(environment[PEER_VARIABLE]);
  const scheme = peer ? 'http' : 'https';
  const options = { retryOptions, ...(peer && { proxyOptions: peer }) };
  const [names, bytes] = [filesHost, blobsHost].map((host) => `${scheme}://${host}/${container}`);
  const key = environment[KEY_VARIABLE];
  if (key) {
    requireKey(key);
    return {
      files: new DataLakeFileSystemClient(names, new StorageSharedKeyCredential(account, key), options),
      blobs: new ContainerClient(bytes, new BlobKey(account, key), options),
      withKey: true,
      turns: new Turns(FILES_AT_ONCE),
    };
  }
  if (peer)
    throw new SpymasterError('BadConfig', `the storage of this machine asks for a key in ${KEY_VARIABLE}`, {
      field: KEY_VARIABLE,
      expected: 'the one that `./spymaster storage` prints',
    });
  const credential = azureCredential();
  return {
    files: new DataLakeFileSystemClient(names, credential, options),
    blobs: new ContainerClient(bytes, credential, options),
    withKey: false,
    turns: new Turns(FILES_AT_ONCE),
  };
}

function requireKey(key: string): void {
  if (/^[A-Za-z0-9+/]{20,}={0,2}$/.test(key)) return;
  throw new SpymasterError('BadConfig', `what ${KEY_VARIABLE} holds is no key of a storage account`, {
    field: KEY_VARIABLE,
    expected: 'one of `az storage account keys list`, in base64',
  });
}

function peerOf(address: string | undefined): { host: string; port: number } | undefined {
  if (!address) return undefined;
  const [, host, port] = /^(http:\/\/[\w.-]+):(\d+)\/?$/.exec(address) ?? [];
  if (host !== undefined) return { host, port: Number(port) };
  throw new SpymasterError('BadConfig', `${PEER_VARIABLE} is no address`, {
    field: PEER_VARIABLE,
    expected: 'such as http://127.0.0.1:10000',
  });
}
