import type { FileSpace } from './fileSpace';
import type { Store } from './store';

/** Where a lake's bytes live, by key and as files of this machine. */
export interface OpenedStore {
  readonly store: Store;
  readonly space: FileSpace;
}
