/** Writes the items of the Fabric workspace, from the schemas of the messages and the contracts of the tables. */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../lake/store/makeFolders';
import { PROJECT_ROOT } from '../root';
import { workspaceFiles } from './items';

export const WORKSPACE = join(PROJECT_ROOT, 'infra', 'fabric', 'workspace');

export function writeWorkspace(folder = WORKSPACE): string[] {
  rmSync(folder, { recursive: true, force: true });
  const files = workspaceFiles();
  for (const [path, text] of files) {
    makeFolders(dirname(join(folder, path)));
    writeFileSync(join(folder, path), text);
  }
  return [...files.keys()];
}

if (require.main === module) for (const path of writeWorkspace()) process.stdout.write(`${path}\n`);
