/** Who this process is to Azure. */
import type { AggregateAuthenticationError, TokenCredential } from '@azure/identity';
import { SpymasterError } from '../../../graph/errors';

let opened: TokenCredential | undefined;

/**
 * The identity of what it runs on - a managed one, that of a workload or of the variables AZURE_* - or on a developer's machine whoever has
 * signed in to the az command line. One for the process: tokens are kept with it. What makes them is only loaded where Azure is asked. Where
 * it has none, or a wrong one, asking for a token throws SpymasterError AccessDenied.
 */
export function azureCredential(): TokenCredential {
  if (opened) return opened;
  const { DefaultAzureCredential } = require('@azure/identity') as typeof import('@azure/identity');
  const credential = new DefaultAzureCredential();
  opened = {
    getToken: async (scopes, options) => {
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        throw unknownToAzure(error as Error);
      }
    },
  };
  return opened;
}

/** What one kind of identity after the other says: that there is none of it, or what is wrong with it. */
function unknownToAzure(error: Error): unknown {
  if (error.name === 'AbortError') return error;
  const all = (error as AggregateAuthenticationError).errors ?? [error];
  const wrong = all.find(({ name }) => name !== 'CredentialUnavailableError');
  return new SpymasterError(
    'AccessDenied',
    `Azure does not know who asks: ${wrong ? wrong.message.split('\n')[0] : 'this process has no identity'}`,
    { expected: 'a managed identity, the variables AZURE_CLIENT_ID and so on, or `az login`' },
  );
}
