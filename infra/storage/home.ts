/** What the storage of this clone is called, and where it keeps what is stored. */
import { join } from 'node:path';
import { PROJECT_ROOT } from '../root';

export const STORAGE_FOLDER = join(PROJECT_ROOT, '.spymaster', 'storage');
/** Holds the key of the account. */
export const STORAGE_KEY_FILE = join(STORAGE_FOLDER, 'key');
export const STORAGE_ACCOUNT = 'spymaster';
export const STORAGE_CONTAINER = 'lake';
/** Where Azure's own stand-ins answer. */
export const STORAGE_PORT = 10_000;
