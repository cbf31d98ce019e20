/** Runs `spymaster`. */
import { createProgram } from './program';
import { asksForJson, reportFailure } from './terminal/failure';
import { leave } from './terminal/leave';

const args = process.argv.slice(2);

/** Ends the process at once, for a failure that no command can answer for any more. */
function end(error: unknown): void {
  reportFailure(error, asksForJson(args));
  process.exit();
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader such as `head` closes the pipe once it has enough, which is no failure.
  if (error.code === 'EPIPE') process.exit();
  end(error);
});
process.on('uncaughtException', end);

createProgram(args)
  .parseAsync(args, { from: 'user' })
  .catch((error: unknown) => reportFailure(error, asksForJson(args)))
  .finally(leave);
