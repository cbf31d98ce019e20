import { SpymasterError } from '../../graph/errors';
import { findTemporal, obtainTemporal } from '../../infra/temporal/cli';
import { note } from './terminal/output';

/**
 * Path of the `temporal` program: the one that is here, or one obtained now.
 * @throws SpymasterError BadConfig saying what to install when there is none and none can be had
 */
export async function temporalProgram(): Promise<string> {
  try {
    const found = findTemporal() ?? (await obtainTemporal({ report: (state) => note(`temporal: ${state}`) }));
    return found.path;
  } catch (error) {
    throw new SpymasterError('BadConfig', error instanceof Error ? error.message : String(error));
  }
}
