/** Runs `spymaster`. */
import { createProgram, processOf } from './program';
import { asksForJson, reportFailure } from './terminal/failure';
import { leave } from './terminal/leave';

const args = process.argv.slice(2);
const program = createProgram(args);
const report = (error: unknown): void => reportFailure(error, asksForJson(args), processOf(program, args));

/** Ends the process at once, for a failure that no command can answer for any more. */
function end(error: unknown): void {
  report(error);
  process.exit();
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader such as `head` closes the pipe once it has enough, which is no failure.
  if (error.code === 'EPIPE') process.exit();
  end(error);
});
process.on('uncaughtException', end);

program.parseAsync(args, { from: 'user' }).catch(report).finally(leave);
