/** What `spymaster dead-letters` does. */
import type { Row } from '../../graph/datasets/schema';
import { isoTime } from '../../graph/dbn/text';
import { listLetters } from '../../lake/deadLetters/letters';
import { replayLetters } from '../../activities/stages/replayDeadLetters';
import type { LetterOptions, ListOptions, ReplayOptions } from './commands/deadLetters';
import { untilInterrupted } from './interrupt';
import { openLake } from './openLake';
import { EXIT, note, printJson, printTable } from './output';

const DEFAULT_LIMIT = 50;

const filterOf = ({ contract, date: tradeDate, reason }: LetterOptions) => ({ contract, tradeDate, reason });

export async function showLetters(options: ListOptions): Promise<void> {
  const letters = await listLetters(await openLake(), filterOf(options));
  const byReason: Record<string, number> = {};
  for (const { reason } of letters) byReason[reason as string] = (byReason[reason as string] ?? 0) + 1;
  const shown = letters.slice(0, options.limit ?? (options.json ? Infinity : DEFAULT_LIMIT));
  if (options.json) return printJson({ count: letters.length, byReason, letters: shown.map(asJson) });
  if (letters.length === 0) return note('There are no dead letters.');
  printTable(
    ['contract', 'trade date', 'reason', 'field', 'time', 'source', 'byte offset', 'detail'],
    shown.map((row) => [
      row.contract as string,
      row.trade_date as string,
      row.reason as string,
      (row.field as string | null) ?? '',
      row.ts_recv === null ? '' : (isoTime(row.ts_recv as bigint) ?? ''),
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

export async function replay(options: ReplayOptions): Promise<void> {
  const { dryRun = false, json } = options;
  const lake = await openLake();
  const results = await untilInterrupted((signal) =>
    replayLetters(lake, filterOf(options), { dryRun, signal }),
  );
  const replayed = results.reduce((total, result) => total + result.replayed, 0);
  if (results.some(({ skipped }) => skipped !== undefined)) process.exitCode = EXIT.partial;
  if (json) return printJson({ dryRun, replayed, contractDates: results });
  if (results.length === 0) return note('There are no dead letters.');
  printTable(
    ['contract', 'trade date', 'letters', dryRun ? 'would go back' : 'went back', 'note'],
    results.map((r) => [r.contract, r.tradeDate, r.letters, r.replayed, r.skipped ?? '']),
  );
  if (replayed > 0 && !dryRun)
    note('What was built from these partitions is stale: `spymaster backfill --reprocess stale`.');
}
