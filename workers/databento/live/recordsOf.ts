/** The records of a run, one by one. */
import { RecordView } from '../../../graph/dbn';
import { TYPE_OF_RTYPE } from '../../../graph/dbn/records';
import type { RecordRun } from './items';

/**
 * Looks at each record in place; types this version of the format does not know are passed over.
 * @returns one view that is moved on: valid until the next is asked for. `decode()` makes an object of it
 */
export function* recordsOf({ bytes, metadata }: RecordRun): Generator<RecordView> {
  const view = new RecordView(metadata.version);
  for (let at = 0, length = 0; at < bytes.length; at += length) {
    length = bytes[at] * 4;
    const type = TYPE_OF_RTYPE[bytes[at + 1]];
    if (type !== undefined) yield view.set(type, bytes.subarray(at, at + length), at);
  }
}
