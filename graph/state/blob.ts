/** A whole state as one blob of bytes, and back. */
import { StateReader, StateWriter } from './codec';
import type { Stateful } from './operator';

/** A part's state as a blob of its own. */
export function saveState(part: Stateful): Uint8Array {
  const out = new StateWriter();
  part.save(out);
  return out.finish();
}

/**
 * Fills a newly made part from such a blob.
 * @throws SpymasterError CorruptState
 */
export function restoreState<Part extends Stateful>(part: Part, bytes: Uint8Array): Part {
  const from = new StateReader(bytes);
  part.restore(from);
  from.end();
  return part;
}
