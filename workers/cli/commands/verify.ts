/** `spymaster verify ...`: proofs that what is in the lake is honest, which anybody can run. */
import { Option, type Command } from 'commander';
import { wholeNumber } from '../arguments';

export interface VerifyOptions {
  date: string;
  symbol: string;
  contract?: string;
  json?: boolean;
}

export interface AsOfOptions extends VerifyOptions {
  cuts: number;
  seed: number;
}

export interface ParityOptions extends VerifyOptions {
  seed: number;
}

export interface SignalOptions {
  strength?: '0' | '1';
  days: number;
  seed: number;
  json?: boolean;
}

const EXITS = `
Rows are compared bit for bit. Exit code: 0 everything agrees; 1 something differs, or could not be verified.`;

const AS_OF_HELP = `
The date is computed whole, and again from its records up to each of some random times. Whatever was known before such a time must
be the same in both.${EXITS}`;

const PARITY_HELP = `
The date's records stream through the session graph in pieces of random sizes, saved and restored in between, as in a live worker
that is replaced now and then. What comes out must be what the batch build has published.${EXITS}`;

const LABELS_HELP = `
Every outcome is worked out again by SQL from the trades in bronze.mbo and the touches in gold.episodes alone. Times, prices and
counts must agree exactly, distances from a level that lies between ticks within a millionth of a tick.
Exit code: 0 everything agrees; 1 something differs, or could not be verified.`;

const SIGNAL_HELP = `
Days are simulated whose order flow knows everything of how approaches end (strength 1), or nothing (strength 0), and run through
the session graph. Every outcome is then foretold from what came on earlier days: by base rate and distance of the touch, and by
the vector besides. Skill is how much the vector lowers the log loss, in nats an episode, with a 95 % interval that draws whole
days. It must lie above 0 with strength 1, and not so with strength 0.
Exit code: 0 both are as they should be; 1 not.`;

export function registerVerify(program: Command): void {
  const verify = program
    .command('verify')
    .description(
      'Prove that features and outcomes are honest: no future in them, the same live and in batch.',
    );
  dated(verify.command('as-of'))
    .description('Cut the input off at random times: nothing that was known before may change.')
    .option('--cuts <n>', 'how many times', wholeNumber, 8)
    .option('--seed <n>', 'other times', wholeNumber, 1)
    .addHelpText('after', AS_OF_HELP)
    .action((options: AsOfOptions) => work().asOf(options));
  dated(verify.command('parity'))
    .description('Stream the date: what comes out must be what the batch build published.')
    .option('--seed <n>', 'other pieces, other interruptions', wholeNumber, 1)
    .addHelpText('after', PARITY_HELP)
    .action((options: ParityOptions) => work().parity(options));
  dated(verify.command('labels'))
    .description('Work out every outcome again by SQL from the raw trades.')
    .addHelpText('after', LABELS_HELP)
    .action((options: VerifyOptions) => work().labels(options));
  verify
    .command('signal')
    .description(
      'Simulate days with and without a signal: vectors must find the one, and nothing in the other.',
    )
    .addOption(new Option('--strength <0|1>', 'only days with, or only without').choices(['0', '1']))
    .option('--days <n>', 'simulated days of each kind', wholeNumber, 30)
    .option('--seed <n>', 'other days', wholeNumber, 1)
    .option('--json', 'print one JSON document')
    .addHelpText('after', SIGNAL_HELP)
    .action((options: SignalOptions) => work().signal(options));
}

const work = () => require('../verify') as typeof import('../verify');

const dated = (command: Command): Command =>
  command
    .requiredOption('--date <date>', 'trade date (ET), YYYY-MM-DD')
    .option('--symbol <product>', 'product', 'ES')
    .option('--contract <symbol>', 'raw symbol, such as ESH4, instead of the one chosen by volume')
    .option('--json', 'print one JSON document; 64-bit integers are strings');
