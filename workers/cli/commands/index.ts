import type { Command } from 'commander';

/** Every command of the command line, in the order `--help` shows them. */
export const COMMANDS: ((program: Command) => void)[] = [];
