/** Runs `spymaster`. */
import { createProgram } from './program';
import { reportFailure } from './terminal/output';

// Whoever reads the output may have seen enough, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

createProgram().parseAsync().catch(reportFailure);
