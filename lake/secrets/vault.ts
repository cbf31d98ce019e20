/** Secrets of an Azure Key Vault, each asked for when it is needed and kept for a while. */
import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import { SpymasterError } from '../../graph/errors';
import { azureCredential } from '../store/azure/credential';

/** How long a secret is kept before the vault is asked again: by then a process goes by the one that has taken its place, ms. */
export const KEPT_MS = 300_000;

/** A command is not to hang where no vault answers: a second try after half a second. */
const TRIES: SecretClientOptions = { retryOptions: { maxRetries: 1, retryDelayInMs: 500 } };

type Reader = Pick<SecretClient, 'getSecret'>;

export class Vault {
  private readonly kept = new Map<string, { readonly text: Promise<string>; readonly since: number }>();
  private client: Reader | undefined;

  /**
   * @param address `https://NAME.vault.azure.net`
   * @param clock ms
   */
  constructor(
    readonly address: string,
    private readonly open: (address: string) => Reader = openClient,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /**
   * The current version of a secret, at most `KEPT_MS` old.
   * @throws SpymasterError BadConfig where there is none; AccessDenied; StoreUnavailable
   */
  read(name: string): Promise<string> {
    const now = this.clock();
    const kept = this.kept.get(name);
    if (kept && now - kept.since < KEPT_MS) return kept.text;
    const text = this.ask(name);
    this.kept.set(name, { text, since: now });
    // What has failed is asked for again at once.
    text.catch(() => this.kept.delete(name));
    return text;
  }

  private async ask(name: string): Promise<string> {
    this.client ??= this.open(this.address);
    let value: string | undefined;
    try {
      ({ value } = await this.client.getSecret(name));
    } catch (error) {
      throw error instanceof SpymasterError ? error : this.asFailure(name, error as AzureError);
    }
    if (value) return value;
    throw new SpymasterError('BadConfig', `The secret ${name} of ${this.address} is empty`, { field: name });
  }

  /** Without the SDK's error as its cause, which holds the request with its token. */
  private asFailure(name: string, { code, statusCode, message }: AzureError): SpymasterError {
    const { address } = this;
    if (statusCode === 404)
      return new SpymasterError('BadConfig', `${address} has no secret ${name}`, {
        field: name,
        expected: `the name of one: \`az keyvault secret list --id ${address}\` lists them`,
      });
    if (statusCode === 401 || statusCode === 403)
      return new SpymasterError(
        'AccessDenied',
        `${address} does not let the secret ${name} be read: ${message}`,
        {
          field: name,
          expected:
            'the role Key Vault Secrets User, a secret that is not disabled, and a network the vault lets in',
        },
      );
    if (code === 'ENOTFOUND')
      return new SpymasterError(
        'StoreUnavailable',
        `there is no vault ${address}, or none that can be found from here: nobody knows its host`,
        {
          field: 'vault',
          expected:
            'its address as `az keyvault list --query "[].properties.vaultUri"` has it, and a network whose DNS knows it: that of its private endpoint, where it has one',
        },
      );
    const why = statusCode === undefined ? (code ?? message) : `${statusCode} ${message}`;
    return new SpymasterError('StoreUnavailable', `${address} does not answer: ${why}`, { field: name });
  }
}

/** What the SDK throws. */
interface AzureError extends Error {
  code?: string;
  statusCode?: number;
}

function openClient(address: string): Reader {
  const { SecretClient: Client } =
    require('@azure/keyvault-secrets') as typeof import('@azure/keyvault-secrets');
  return new Client(address, azureCredential(), TRIES);
}
