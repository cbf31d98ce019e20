/** `spymaster backfill`: starts a backfill, watches it, and steers one that runs. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Option, type Command } from 'commander';
import { productOfRequest } from '../../../activities/planning/plan';
import { parseBackfill, type BackfillInput } from '../../../activities/planning/requests';
import { LAYERS } from '../../../graph/datasets/layers';
import { REPROCESS } from '../../../graph/planning/planner';
import { backfillId } from '../../../workflows/ids';
import {
  pauseSignal,
  resumeSignal,
  retryFailedUpdate,
  setConcurrencyUpdate,
} from '../../../workflows/messages';
import { loadConfig } from '../../config';
import { ask, isServed, noWorkerOf, requireRunning } from '../../backfills/askBackfill';
import { listBackfills, MAX_LISTED } from '../../backfills/listBackfills';
import { withClient } from '../../temporal/client';
import { calendarDate, parseLayers, wholeNumber } from '../arguments';
import { printPlan } from '../backfill/backfillReport';
import { printProgress, startAndNote, watch } from '../backfill/followBackfill';
import { openLakeId } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { note, printJson, printTable } from '../terminal/output';
import { timeCellOf } from '../terminal/times';

interface StartOptions extends Omit<BackfillInput, 'dryRun'> {
  id?: string;
  dryRun?: boolean;
  detach?: boolean;
  json?: boolean;
}

const HELP = `
Ctrl-C leaves the backfill running: \`./spymaster backfill watch ID\` comes back to it, \`./spymaster backfill cancel ID\` ends it.
Exit code: 0 all built, or cancelled as asked; 1 not started, or cancelled while it was watched; 3 some contract-dates failed or
were blocked; 130 left running.`;

export function define(backfill: Command): void {
  backfill
    .option('--symbol <product>', "product, such as ES; each date's contract is chosen by yesterday's volume")
    .option('--contract <symbol>', 'raw symbol to build on every date instead, such as ESH4')
    .option('--start <date>', 'first trade date (ET), YYYY-MM-DD', calendarDate)
    .option('--end <date>', 'last trade date (ET), YYYY-MM-DD', calendarDate)
    .option('--layers <list>', `layers wanted, of ${LAYERS.join(',')}`, parseLayers)
    .addOption(
      new Option('--reprocess <what>', 'what to build again: each includes the ones before it')
        .choices(REPROCESS)
        .default('missing'),
    )
    .addOption(
      new Option('--order <which>', 'which dates come first').choices(['oldest', 'newest']).default('oldest'),
    )
    .option(
      '--concurrency <n>',
      'contract-dates at once (default: twice the stages of a worker)',
      wholeNumber,
    )
    .option('--id <id>', 'workflow id (default: backfill-LAKE-SYMBOL-START-END)')
    .option('--dry-run', 'only print what would be built')
    .option('--detach', 'start it and do not wait')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    // Options after a subcommand's name belong to that subcommand.
    .enablePositionalOptions()
    .action(start);

  const onOne = (name: string, description: string) =>
    backfill.command(name).description(description).argument('<id>', 'workflow id of the backfill');
  onOne('watch', 'Show how it goes, until it ends.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      withHandle(id, (_, handle) => untilInterrupted((signal) => watch(handle, signal, { json }))),
    );
  onOne('progress', 'Print its progress once.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      withHandle(id, (client, handle) => printProgress(client, handle, json)),
    );
  onOne('pause', 'Start no further builds; those that run go on.').action((id: string) =>
    withHandle(id, async (client, handle) => {
      await tell(client, handle, () => handle.signal(pauseSignal));
      note(`${id} is paused.`);
    }),
  );
  onOne('resume', 'Go on after a pause.').action((id: string) =>
    withHandle(id, async (client, handle) => {
      await tell(client, handle, () => handle.signal(resumeSignal));
      note(`${id} goes on.`);
    }),
  );
  onOne('retry', 'Build the failed contract-dates again.').action((id: string) =>
    withHandle(id, async (client, handle) => {
      const count = await ask(client, handle, () => handle.executeUpdate(retryFailedUpdate));
      note(`${count} contract-dates will be built again.`);
    }),
  );
  onOne('concurrency', 'Change how many contract-dates are built at once.')
    .argument('<n>', '1 to 64', wholeNumber)
    .action((id: string, width: number) =>
      withHandle(id, async (client, handle) => {
        const args: [number] = [width];
        const before = await ask(client, handle, () => handle.executeUpdate(setConcurrencyUpdate, { args }));
        note(`${width} at once instead of ${before}.`);
      }),
    );
  onOne('cancel', 'Start nothing more, cancel what runs, and say what was not touched.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      withHandle(id, async (client, handle) => {
        if (await tell(client, handle, () => handle.cancel()))
          return untilInterrupted((signal) => watch(handle, signal, { json, cancelling: true }));
        if (json) printJson({ workflowId: id, outcome: 'cancelling' });
      }),
    );
  backfill
    .command('list')
    .description(
      `List backfills of every lake and how they go: those that run, then the latest, ${MAX_LISTED} in all.`,
    )
    .option('--json', 'print one JSON document; times are UTC')
    .action(list);
}

async function start({ json, detach, dryRun, id, ...input }: StartOptions): Promise<void> {
  const request = parseBackfill(input);
  if (dryRun) return printPlan(request, json);
  // Before it is a workflow, which would have to fail.
  productOfRequest(request, loadConfig());
  const lake = await openLakeId();
  const workflowId = id ?? backfillId(lake, request);
  await withClient((client) =>
    // From before it starts: Ctrl-C always says how to come back to what is running then.
    untilInterrupted(async (signal) => {
      const handle = await startAndNote(client, lake, workflowId, input);
      if (!detach) return watch(handle, signal, { json, again: request });
      if (json) printJson({ workflowId, runId: handle.firstExecutionRunId });
      else note(`Started ${workflowId}: \`./spymaster backfill watch ${workflowId}\` shows how it goes.`);
    }),
  );
}

const withHandle = (
  id: string,
  use: (client: Client, handle: WorkflowHandle) => Promise<void>,
): Promise<void> => withClient((client) => use(client, client.workflow.getHandle(id)));

/** Tells a running backfill something that the server keeps for it. Returns whether a worker is there that will hear it now. */
async function tell(client: Client, handle: WorkflowHandle, call: () => Promise<unknown>): Promise<boolean> {
  const { taskQueue } = await requireRunning(handle);
  await call();
  const served = await isServed(client, taskQueue);
  if (!served) note(`${await noWorkerOf(client, taskQueue)} It will be told then.`);
  return served;
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const backfills = await withClient((client) => listBackfills(client));
  if (json) return printJson({ backfills });
  if (backfills.length === 0)
    return note('There are no backfills: `./spymaster backfill --help` tells how to start one.');
  printTable(
    ['backfill', 'lake', 'status', 'done', 'failed', 'started (ET)', 'ended (ET)'],
    backfills.map(({ workflowId, lake, status, counts, started, ended }) => [
      workflowId,
      lake ?? '-',
      status,
      counts ? `${counts.done}/${counts.total}` : '-',
      counts ? (counts.failed ?? 0) : '-',
      timeCellOf(started),
      ended ? timeCellOf(ended) : '-',
    ]),
  );
}
