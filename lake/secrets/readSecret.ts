/** Reads what a setting or a variable refers to. */
import { SpymasterError } from '../../graph/errors';
import { BAD_NAME, isReference, nameIn } from './reference';
import { Vault } from './vault';

/** Of the configuration: the vault that references are to. */
export interface Vaulted {
  /** `https://NAME.vault.azure.net`. */
  readonly vault?: string;
}

/** One for a process, so that what has been read is kept once. */
const vaults = new Map<string, Vault>();

function vaultAt(address: string): Vault {
  const vault = vaults.get(address) ?? new Vault(address);
  vaults.set(address, vault);
  return vault;
}

/**
 * The secret itself: what stands there, or what it names.
 * @param field the setting or the variable, for whoever has to mend it
 * @throws SpymasterError BadConfig for what names no secret, or where no vault is configured; as `Vault.read` does
 */
export async function readSecret(text: string, field: string, { vault }: Vaulted): Promise<string> {
  if (!isReference(text)) return text;
  const name = nameIn(text);
  if (name === undefined) throw new SpymasterError('BadConfig', `${field} ${BAD_NAME}`, { field });
  if (vault === undefined)
    throw new SpymasterError('BadConfig', `${field} is ${text}, and no vault is configured`, {
      field: 'vault',
      expected: '`vault: https://NAME.vault.azure.net` in the configuration, or SPYMASTER_VAULT',
    });
  return vaultAt(vault).read(name);
}
