/** Which build a process runs: a worker goes on with the code it was started with, whatever is compiled beside it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../infra/root';

/** Written when the project is built (workers/bundle). */
export const WORKFLOW_BUNDLE = join(PROJECT_ROOT, 'dist', 'workflows', 'bundle.js');

/**
 * Id of the workflows that are compiled here, the same on every machine: eight digits of the digest of their bundle. Undefined where
 * nothing is compiled.
 */
export function compiledBuild(bundle = WORKFLOW_BUNDLE): string | undefined {
  if (!existsSync(bundle)) return undefined;
  // What follows maps the code to the folder it was compiled in.
  const [code] = readFileSync(bundle, 'utf8').split('\n//# sourceMappingURL=');
  return createHash('sha256').update(code).digest('hex').slice(0, 8);
}
