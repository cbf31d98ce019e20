/** The options that narrow episodes down, the same wherever they are asked for. */
import { Option, type Command } from 'commander';
import { calendarDate, wholeNumber } from './arguments';

/**
 * Adds the options of an `EpisodeFilter`.
 * @param horizon whether one may be named
 */
export function withEpisodeFilter(command: Command, { horizon = true } = {}): Command {
  command
    .option('--contract <symbol>', 'only of this contract, such as ESH4')
    .option('--start <date>', 'only from this trade date on', calendarDate)
    .option('--end <date>', 'only up to this trade date', calendarDate)
    .option(
      '--level <name>',
      'only at this kind of level, such as PM_HIGH, or this level, such as USER@4805.00',
    )
    .addOption(
      new Option('--direction <direction>', 'only from below, or from above').choices(['UP', 'DOWN']),
    )
    .option('--time-of-day <name>', 'only in this part of the day, such as T0_15 or OVERNIGHT');
  if (horizon)
    command.option('--horizon <minutes>', 'at this horizon instead of the primary one', wholeNumber);
  return command;
}
