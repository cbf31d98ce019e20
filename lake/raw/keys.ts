/** Where raw files and their entries lie in the lake. */
export const ROOT = 'raw';

const folderOf = (digest: string) => `${ROOT}/${digest.slice(0, 2)}/${digest}`;

export const dataKey = (digest: string, extension: string) => folderOf(digest) + extension;
/** A file is in use once its entry is there. */
export const entryKey = (digest: string) => `${folderOf(digest)}.json`;
/** The entry of a file that was dropped. */
export const droppedKey = (digest: string) => `${folderOf(digest)}.dropped`;

/** Digest of the entry under a key; undefined for a key of another kind. */
export const entryOf = (key: string, kind: 'json' | 'dropped'): string | undefined =>
  new RegExp(`/([0-9a-f]{64})\\.${kind}$`).exec(key)?.[1];
