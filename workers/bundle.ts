/** Bundles the workflows once, when the project is built, so that workers start at once and need no bundler. */
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { PROJECT_ROOT } from '../infra/root';
import { makeFolders } from '../lake/store/makeFolders';
import { WORKFLOW_BUNDLE } from './temporal/build';

async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(PROJECT_ROOT, 'dist', 'workflows', 'index.js'),
    logger: new DefaultLogger('WARN'),
  });
  makeFolders(dirname(WORKFLOW_BUNDLE));
  // Renamed into place: a worker that starts meanwhile reads the old bundle or the new one.
  const draft = `${WORKFLOW_BUNDLE}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, WORKFLOW_BUNDLE);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
