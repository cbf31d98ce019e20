/** The levels that somebody has chosen, kept in the lake, which every process reads: a file a version, of which the last one holds. */
import { chosenLevels, type ChosenLevels } from '../graph/levels/chosenLevels';
import { SpymasterError } from '../graph/errors';
import type { Store } from './store/store';

const FOLDER = '_levels';
const DIGITS = 8;

const keyOf = (version: number): string => `${FOLDER}/${String(version).padStart(DIGITS, '0')}.json`;

/**
 * What was chosen last; undefined where nothing ever was.
 * @throws SpymasterError CorruptState if it cannot be read
 */
export async function readChosenLevels(store: Store): Promise<ChosenLevels | undefined> {
  const last = (await store.list(FOLDER)).at(-1);
  const bytes = last && (await store.read(last.key));
  return bytes && parseChosenLevels(bytes, `${store.location}/${last.key}`);
}

/** @returns whether it is kept now: false where another was chosen meanwhile under the same version */
export const writeChosenLevels = (store: Store, chosen: ChosenLevels): Promise<boolean> =>
  store.putIfAbsent(keyOf(chosen.version), Buffer.from(`${JSON.stringify(chosen)}\n`));

/** @param file where it comes from */
function parseChosenLevels(bytes: Uint8Array, file: string): ChosenLevels {
  try {
    return chosenLevels.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new SpymasterError(
      'CorruptState',
      `${file} does not say which levels were chosen`,
      { file },
      { cause: error },
    );
  }
}
