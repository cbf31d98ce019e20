/** What clients of Azure's storage take from the environment, beside what Azure's sign-in does. */

/** Holds a key of the storage account, or `vault:NAME`; without it whoever is signed in to Azure asks, such as a managed identity. */
export const KEY_VARIABLE = 'AZURE_STORAGE_KEY';
/** Address of a storage service that stands for every account, as `./spymaster storage` runs one: `http://127.0.0.1:PORT`. */
export const PEER_VARIABLE = 'SPYMASTER_STORAGE_PEER';
