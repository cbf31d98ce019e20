/** `spymaster dead-letters`: records that could not be used, and their replay into bronze.mbo. */
import { Option, type Command } from 'commander';
import { replayLetters } from '../../../activities/stages/replayDeadLetters';
import type { Row } from '../../../graph/datasets/schema';
import { DEAD_LETTER_REASONS, DEAD_LETTERS, type DeadLetterReason } from '../../../graph/records/validate';
import { listLetters } from '../../../lake/deadLetters/letters';
import { calendarDate, checkFilter, filterText, wholeNumber } from '../arguments';
import { openExistingLake } from '../openLake';
import { backfillCommands } from '../summaries/rebuild';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson, printTable } from '../terminal/output';
import { timeCell } from '../terminal/times';

/** Letters shown to a person who named no limit. */
const DEFAULT_LIMIT = 50;

interface LetterOptions {
  contract?: string;
  date?: string;
  reason?: DeadLetterReason;
  json?: boolean;
}

interface ListOptions extends LetterOptions {
  limit?: number;
}

interface ReplayOptions extends LetterOptions {
  dryRun?: boolean;
}

const REASONS = `
Reasons:
${Object.entries(DEAD_LETTERS)
  .map(([reason, meaning]) => `  ${reason.padEnd(21)} ${meaning}`)
  .join('\n')}`;

const REPLAY_HELP = `
Records go back into bronze.mbo where they arrived, in one commit a contract-date; what was built from it is stale then,
and \`./spymaster backfill --symbol ES --start DATE --end DATE --reprocess stale\` rebuilds it. Records that still do not pass stay, with the rule they break.
Definitions, option trades and statistics are not put back one by one: \`./spymaster build --symbol ES --date DATE --reprocess all\`
reads their files again.
Exit code: 0 done; 3 some contract-dates could not be touched, each with its reason.`;

export function define(letters: Command): void {
  filtered(letters.command('list'))
    .description('List dead letters with their reason and place.')
    .option('--limit <n>', 'show at most this many (default: 50; all with --json)', wholeNumber)
    .addHelpText('after', REASONS)
    .action(showLetters);
  filtered(letters.command('replay'))
    .description('Check dead letters against the present rules, and put back those that pass.')
    .option('--dry-run', 'only say what would go back')
    .addHelpText('after', REPLAY_HELP)
    .action(replay);
}

const filtered = (command: Command): Command =>
  command
    .option('--contract <symbol>', 'only of this contract, such as ESH4')
    .option('--date <date>', 'only of this trade date', calendarDate)
    .addOption(new Option('--reason <reason>', 'only of this reason').choices(DEAD_LETTER_REASONS))
    .option('--json', 'print one JSON document; 64-bit integers are strings, bytes in hex');

const filterOf = ({ contract, date: tradeDate, reason }: LetterOptions) => ({ contract, tradeDate, reason });

const noLetters = ({ contract, date, reason }: LetterOptions): string =>
  `There are no dead letters${filterText({ contract, start: date, end: date })}${reason ? ` of reason ${reason}` : ''}.`;

async function showLetters(options: ListOptions): Promise<void> {
  const lake = await openExistingLake();
  checkFilter(lake.products, { contract: options.contract, start: options.date });
  const letters = await listLetters(lake, filterOf(options));
  const byReason: Record<string, number> = {};
  for (const { reason } of letters) byReason[reason as string] = (byReason[reason as string] ?? 0) + 1;
  const shown = letters.slice(0, options.limit ?? (options.json ? Infinity : DEFAULT_LIMIT));
  if (options.json) return printJson({ count: letters.length, byReason, letters: shown.map(asJson) });
  if (letters.length === 0) return note(noLetters(options));
  printTable(
    [
      'contract',
      'trade date',
      'record',
      'reason',
      'field',
      'captured (ET)',
      'source',
      'byte offset',
      'detail',
    ],
    shown.map((row) => [
      row.contract as string,
      row.trade_date as string,
      (row.record_type as string | null) ?? 'mbo',
      row.reason as string,
      (row.field as string | null) ?? '',
      timeCell(row.ts_recv as bigint | null, 9),
      (row.source as string).slice(0, 12),
      String(row.byte_offset as bigint),
      (row.detail as string | null) ?? '',
    ]),
  );
  const summary = Object.entries(byReason).map(([reason, count]) => `${reason} ${count}`);
  note(
    `${letters.length} dead letters: ${summary.join(', ')}${shown.length < letters.length ? `; ${shown.length} shown` : ''}`,
  );
}

const asJson = (row: Row) => ({ ...row, bytes: Buffer.from(row.bytes as Uint8Array).toString('hex') });

async function replay(options: ReplayOptions): Promise<void> {
  const { dryRun = false, json } = options;
  const lake = await openExistingLake();
  checkFilter(lake.products, { contract: options.contract, start: options.date });
  const results = await untilInterrupted((signal) =>
    replayLetters(lake, filterOf(options), { dryRun, signal }),
  );
  const replayed = results.reduce((total, result) => total + result.replayed, 0);
  if (results.some(({ skipped }) => skipped !== undefined)) process.exitCode = EXIT.partial;
  if (json) return printJson({ dryRun, replayed, contractDates: results });
  if (results.length === 0) return note(noLetters(options));
  printTable(
    ['contract', 'trade date', 'letters', dryRun ? 'would go back' : 'went back', 'note'],
    results.map((r) => [r.contract, r.tradeDate, r.letters, r.replayed, r.skipped ?? '']),
  );
  if (replayed === 0 || dryRun) return;
  const dates = results
    .filter((result) => result.replayed > 0)
    .map(({ contract, tradeDate }) => ({
      product: lake.products.contractOf(contract, tradeDate).product.root,
      tradeDate,
    }));
  for (const command of backfillCommands(dates, 'stale'))
    note(`What was built from these partitions is stale; to build it anew: ${command}`);
}
