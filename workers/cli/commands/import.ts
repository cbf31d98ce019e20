/** `spymaster import FILE|DIR...`: how raw files enter the lake. */
import type { Command } from 'commander';

export interface ImportOptions {
  json?: boolean;
}

const HELP = `
Files are DBN (.dbn, .dbn.zst, .dbz). Each is read from end to end and verified first, then kept by its digest: the same
file twice is one. Folders are searched to any depth. A file that cannot be read is refused by name, and the rest go on.
Exit code: 0 all taken in or known; 3 some refused; 1 none could be taken in; 130 interrupted.`;

export function registerImport(program: Command): void {
  program
    .command('import')
    .description('Take raw DBN files into the lake.')
    .argument('<path...>', 'files and folders')
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', HELP)
    .action((paths: string[], options: ImportOptions) => {
      const { importPaths } = require('../importPaths') as typeof import('../importPaths');
      return importPaths(paths, options);
    });
}
