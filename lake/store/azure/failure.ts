/** What Azure's clients throw, as failures of the lake: what is wrong, and what to do about it. */
import { SpymasterError } from '../../../graph/errors';
import { isDiskFull, MORE_ROOM } from '../diskFull';
import type { AzureAddress } from './address';
import { KEY_VARIABLE, PEER_VARIABLE } from './variables';

/** Of the clients' own errors, as far as anything here depends on it. */
interface RequestError extends Error {
  statusCode?: number;
  code?: string;
  details?: { errorCode?: string };
}

/** An answer without a body has it among its headers. */
const codeOf = (error: unknown): string => {
  const { code, details } = error as RequestError;
  return code ?? details?.errorCode ?? '';
};
export const statusOf = (error: unknown): number | undefined => (error as RequestError).statusCode;

const NO_CONTAINER = ['ContainerNotFound', 'FilesystemNotFound', 'ContainerBeingDeleted'];
const NO_HOST = ['ENOTFOUND', 'EAI_AGAIN'];
const SIGN_IN = [
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
  'AuthenticationError',
];

export const isUnknownHost = (error: unknown): boolean => NO_HOST.includes(codeOf(error));

/** Whether a file is not there, in a container that is. */
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && !NO_CONTAINER.includes(codeOf(error)) && codeOf(error) !== 'ResourceNotFound';

/** Whether a condition of a request did not hold: the file was there already, or is another one by now. */
export const isRefusedByCondition = (error: unknown): boolean => [409, 412].includes(statusOf(error) ?? 0);

/**
 * What could not be done. The client's error is not handed on: it holds the request, and with that what signs it.
 * @param verb as in "could not read a file of the lake"
 */
export function azureFailure(
  address: AzureAddress,
  withKey: boolean,
  verb: string,
  key: string,
  error: unknown,
): SpymasterError {
  if (error instanceof SpymasterError) return error;
  const { account, container, location } = address;
  const file = key === '' ? location : `${location}/${key}`;
  const reason = reasonOf(error);
  const options = { cause: new Error(reason) };
  const failed = (code: 'AccessDenied' | 'BadConfig' | 'StoreUnavailable', text: string, expected: string) =>
    new SpymasterError(code, text, { file, field: 'lake', expected }, options);

  if (isDiskFull(error))
    return failed('StoreUnavailable', `the disk is full: could not ${verb} ${file}`, MORE_ROOM);
  if (NO_CONTAINER.includes(codeOf(error)))
    return failed(
      'BadConfig',
      `there is no container ${container} in the storage account ${account}`,
      `one that is there, or made by \`az storage fs create --name ${container} --account-name ${account}\``,
    );
  if (codeOf(error) === 'ResourceNotFound')
    return failed(
      'BadConfig',
      `there is no storage account ${account} at ${address.blobsHost}`,
      'its name as in the portal',
    );
  if (SIGN_IN.includes((error as Error).name))
    return failed(
      'AccessDenied',
      `nobody is signed in to Azure who could ask for ${location}`,
      `a managed identity, \`az login\`, or the account's key in ${KEY_VARIABLE}`,
    );
  if (statusOf(error) === 401 || statusOf(error) === 403)
    return withKey
      ? failed(
          'AccessDenied',
          `the storage account ${account} refuses the key of ${KEY_VARIABLE}`,
          `one of \`az storage account keys list --account-name ${account}\`, of an account that takes keys and answers this network`,
        )
      : failed(
          'AccessDenied',
          `the storage account ${account} lets this identity not ${verb} ${file}`,
          'the role Storage Blob Data Contributor on the account or container, and an account that answers this network',
        );
  if (isUnknownHost(error))
    return failed(
      'StoreUnavailable',
      `there is no storage account ${account}, or none that can be found from here: nobody knows the host ${address.blobsHost}`,
      'its name as `az storage account list --query "[].name"` has it, and a network whose DNS knows it: that of its private endpoint, where it has one',
    );
  if (statusOf(error) === undefined)
    return failed(
      'StoreUnavailable',
      `${address.blobsHost} does not answer: ${reason}`,
      process.env[PEER_VARIABLE]
        ? `the storage of this machine to run where ${PEER_VARIABLE} says: \`./spymaster storage\``
        : 'a network that leads there',
    );
  return new SpymasterError(
    'StoreUnavailable',
    `could not ${verb} a file of the lake: ${reason}`,
    { file },
    options,
  );
}

/** The service's words without what follows them: the id of the request, and its time. */
function reasonOf(error: unknown): string {
  const { message = String(error) } = error as Partial<Error>;
  const [first] = message.split('\n');
  return [statusOf(error), codeOf(error), first]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
