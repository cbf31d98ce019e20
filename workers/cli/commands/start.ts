/** `npm start`: everything on one machine. */
import type { Command } from 'commander';

const HELP = `
The first time, ten small sessions are simulated, taken into the lake and built through Temporal; later starts go on from
there. With TEMPORAL_ADDRESS set, the workers serve that server and none is started. Ctrl-C stops everything in order.`;

export interface StartOptions {
  once?: boolean;
}

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('Run the Temporal server, its UI and the workers; show a demonstration the first time.')
    .option('--once', 'end when the demonstration has been shown')
    .addHelpText('after', HELP)
    .action((options: StartOptions) => {
      const { start } = require('../../start/start') as typeof import('../../start/start');
      return start(options);
    });
}
