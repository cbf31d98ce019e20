/** Runs `spymaster`. */
import { createProgram } from './program';
import { reportFailure } from './terminal/output';

// A reader such as `head` closes the pipe once it has enough, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

createProgram().parseAsync().catch(reportFailure);
