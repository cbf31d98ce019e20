/** `spymaster quality DATE`: what the data of a contract-date are worth. */
import type { Command } from 'commander';

export interface QualityOptions {
  symbol: string;
  contract?: string;
  html?: string;
  json?: boolean;
}

const HELP = `
Coverage minute by minute, silences, dead letters, the book against the venue's snapshots, message mix, every check of the build, and
how far the figures lie from those of up to 20 earlier sessions in the lake.
Exit code: 0 no blocking check failed; 3 one did; 1 the date was never built.

  spymaster quality 2024-03-05 --html quality.html`;

export function registerQuality(program: Command): void {
  program
    .command('quality')
    .description('Report on the quality of the data of a date.')
    .argument('<date>', 'trade date (ET), YYYY-MM-DD')
    .option('--symbol <product>', 'product', 'ES')
    .option('--contract <symbol>', 'raw symbol, such as ESH4, instead of the one chosen by volume')
    .option('--html <file>', 'write the report as one HTML page, with charts')
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', HELP)
    .action((date: string, options: QualityOptions) => {
      const { quality } = require('../quality') as typeof import('../quality');
      return quality(date, options);
    });
}
