import type { Command } from 'commander';
import { registerBook } from './book';
import { registerDbn } from './dbn';

/** Every command of the command line, in the order `--help` shows them. */
export const COMMANDS: ((program: Command) => void)[] = [registerDbn, registerBook];
