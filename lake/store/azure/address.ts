/** Where a lake lies in Azure: `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH`, as Spark and Hadoop write it. */
import { SpymasterError } from '../../../graph/errors';

const FORM = 'abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH';
/** Names as Azure has them; other clouds than the public one end otherwise. */
const ADDRESS = /^abfss:\/\/([a-z0-9](?:-?[a-z0-9]){2,62})@([a-z0-9]{3,24})\.dfs\.([a-z0-9.-]+)(\/.*)?$/;

export interface AzureAddress {
  /** The address itself, without a `/` at its end. */
  readonly location: string;
  readonly account: string;
  readonly container: string;
  /** Folder in the container; empty for the container itself. */
  readonly path: string;
  /** Hosts of the account: for names of files, and for their bytes. */
  readonly filesHost: string;
  readonly blobsHost: string;
}

export const isAzureAddress = (location: string): boolean => /^abfss:/i.test(location);

/** @throws SpymasterError BadConfig for what is no such address */
export function parseAzureAddress(location: string): AzureAddress {
  const [, container, account, domain, rest = ''] = ADDRESS.exec(location) ?? [];
  const path = rest.replace(/^\/|\/$/g, '');
  const parts = path === '' ? [] : path.split('/');
  if (container === undefined || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new SpymasterError('BadConfig', `a lake cannot be opened at ${location}`, {
      field: 'lake',
      expected: `${FORM}, with names as Azure has them`,
    });
  return {
    location: `abfss://${container}@${account}.dfs.${domain}${path && `/${path}`}`,
    account,
    container,
    path,
    filesHost: `${account}.dfs.${domain}`,
    blobsHost: `${account}.blob.${domain}`,
  };
}

/**
 * The name in the container of a key of the lake.
 * @throws SpymasterError BadArgument for a key that leads out of the lake
 */
export function nameOf({ path, location }: AzureAddress, key: string): string {
  if (key.startsWith('/') || key.split('/').includes('..'))
    throw new SpymasterError('BadArgument', `"${key}" leads out of the lake`, { file: location });
  return [path, key].filter((part) => part !== '').join('/');
}
