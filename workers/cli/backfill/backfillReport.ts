/** What is printed about a backfill: its progress, its result, its plan. */
import { planBackfill } from '../../../activities/planning/plan';
import type { BackfillRequest } from '../../../activities/planning/requests';
import type { BackfillResult } from '../../../workflows/backfill';
import { label } from '../../../graph/datasets/units';
import type { FailedBuild } from '../../../workflows/backfillState';
import type { BackfillProgress } from '../../../workflows/messages';
import { loadConfig } from '../../config';
import { EXIT, note, print, printJson, printTable } from '../terminal/output';
import { bar, minutesSeconds } from '../terminal/progress';

/** Dates without data that are explained. */
const MAX_MISSING = 5;

export interface ReportOptions {
  json?: boolean;
  /** What was asked for, to print the command that builds what failed once more. */
  again?: BackfillRequest;
  /** Whether it was to be cancelled: then that is no failure. */
  cancelling?: boolean;
}

/**
 * One line for a terminal.
 * @param stages how far those under way are; without them the builds that run are named
 */
export function describeProgress(
  { phase, counts, perMinute, etaSeconds, running }: BackfillProgress,
  stages: readonly string[] = [],
): string {
  const parts = [`${bar(counts.done, counts.total)} ${phase}`];
  if (counts.failed) parts.push(`${counts.failed} failed`);
  if (perMinute !== null) parts.push(`${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min`);
  if (etaSeconds !== null && phase === 'running') parts.push(`${minutesSeconds(etaSeconds)} left`);
  const underWay = stages.length > 0 ? stages : running.slice(0, 3);
  if (underWay.length > 0) parts.push(underWay.join(', '));
  return parts.join(' | ');
}

/** Prints the result, and sets the exit code: 3 when something failed or was blocked. */
export function reportResult(
  workflowId: string,
  result: BackfillResult,
  { json, again }: ReportOptions = {},
): void {
  const { counts, failed, upToDate, withoutData, missing = [], stale, leftStale = 0 } = result;
  const unbuilt = (counts.failed ?? 0) + (counts.blocked ?? 0);
  process.exitCode = unbuilt > 0 ? EXIT.partial : EXIT.ok;
  if (json) return printJson({ workflowId, outcome: 'completed', ...result });
  if (stale.length > 0)
    printTable(
      ['stale because of', 'builds'],
      stale.map(({ because, builds }) => [because, builds]),
    );
  if (failed.length > 0) printFailures(failed);
  const { total, done: _, ...byState } = counts;
  const parts = Object.entries(byState).map(([state, count]) => `${count} ${state}`);
  if (upToDate > 0) parts.push(`${upToDate} up to date`);
  if (leftStale > 0) parts.push(`${leftStale} stale and left`);
  if (withoutData.length > 0) parts.push(`${withoutData.length} trade dates without raw data`);
  print(`${workflowId}: ${total} builds: ${parts.join(', ') || 'nothing to do'}\n`);
  for (const reason of missing) note(reason);
  if (leftStale > 0 && again)
    note(`To build what is stale too: ${commandFor({ ...again, reprocess: 'stale' })}`);
  if (counts.failed && again) note(`Again, what failed: ${commandFor({ ...again, reprocess: 'failed' })}`);
}

/** Prints what a cancelled backfill left. */
export function reportCancelled(
  workflowId: string,
  progress: BackfillProgress,
  { json, cancelling }: ReportOptions,
): void {
  process.exitCode = cancelling ? EXIT.ok : EXIT.failed;
  if (json) return printJson({ workflowId, outcome: 'cancelled', progress });
  const { done, cancelled: interrupted = 0, waiting: untouched = 0 } = progress.counts;
  const listed = progress.untouched.join(', ');
  const more = untouched > progress.untouched.length ? ', ...' : '';
  print(
    `${workflowId}: cancelled, ${done} done, ${interrupted} interrupted, ` +
      `${untouched} untouched${untouched > 0 ? `: ${listed}${more}` : ''}\n`,
  );
}

export function printFailures(failed: FailedBuild[]): void {
  printTable(
    ['build', 'failure', 'message'],
    failed.map(({ key, type, message }) => [key.replaceAll('/', ' '), type, message]),
  );
}

/** The command line that asks for this. */
function commandFor({ symbol, contract, start, end, layers, reprocess }: BackfillRequest): string {
  const only = contract ? ` --contract ${contract}` : '';
  const how = `--layers ${layers.join(',')} --reprocess ${reprocess}`;
  return `./spymaster backfill --symbol ${symbol}${only} --start ${start} --end ${end} ${how}`;
}

/** Prints what a backfill would build. */
export async function printPlan(request: BackfillRequest, json?: boolean): Promise<void> {
  const config = loadConfig();
  const { items, upToDate, stale, withoutData, missing, closed } = await planBackfill(request, config);
  if (json) return printJson({ items, upToDate, stale, withoutData, missing, closed });
  printTable(
    ['build', 'layers', 'reason', 'because of'],
    items.map(({ scope, layers, reason, because }) => [
      label(scope),
      layers.join(', '),
      reason,
      because.join('; '),
    ]),
  );
  if (stale.length > 0) {
    process.stdout.write('\n');
    printTable(
      ['stale, and left', 'layers', 'because of'],
      stale.map(({ scope, layers, because }) => [label(scope), layers.join(', '), because.join('; ')]),
    );
    note(`To build what is stale too: ${commandFor({ ...request, reprocess: 'stale' })}`);
  }
  note(
    `${items.length} to build, ${upToDate} up to date, ${stale.length} stale and left, ${withoutData.length} trade dates without raw data`,
  );
  if (closed !== null) note(closed);
  for (const { reason } of missing.slice(0, MAX_MISSING)) note(reason);
}
