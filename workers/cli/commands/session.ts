/** `spymaster session`: the market session of a trade date through Temporal: followed live, built, compared. */
import type { SignalDefinition, WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { parseSession, type SessionInput } from '../../../activities/planning/requests';
import { tradeDateOf } from '../../../graph/market/calendar';
import { productsOf } from '../../../graph/settings';
import { drainSignal, pauseSignal, resumeSignal, stopSignal } from '../../../workflows/messages';
import type { SessionResult } from '../../../workflows/marketSession';
import { lakeOfQueue } from '../../../workflows/queues';
import { loadConfig } from '../../config';
import { nowNs } from '../../live/clock';
import { withClient } from '../../temporal/client';
import { sessionNow } from '../../temporal/sessionNow';
import { calendarDate, wholeNumber } from '../arguments';
import { isServed, noWorkerOf } from '../../backfills/askBackfill';
import { openLakeId } from '../openLake';
import { describeSessionOf, requireRunningSession } from '../session/askSession';
import { startSession, watchSession } from '../session/followSession';
import { printSessionNow } from '../session/sessionReport';
import { untilInterrupted } from '../terminal/interrupt';
import { note, printJson, printTable } from '../terminal/output';
import { timeCellOf } from '../terminal/times';

interface StartOptions {
  symbol: string;
  date?: string;
  contract?: string;
  every?: number;
  once?: boolean;
  again?: boolean;
  detach?: boolean;
  json?: boolean;
}

const HELP = `
A worker takes the feed's packets from the hub until the close, or until it is drained; one that is killed is replaced by another within
seconds. Then the date is built in batch, from its raw files or, without any, from what was captured, and every row of Silver and Gold is
compared with what was streamed, which the checks streamed_rows of \`./spymaster quality DATE\` tell. The schedule market-session does it every day.
Ctrl-C leaves a session running.
Exit code: 0 all rows are the same, or stopped as asked; 1 failed; 3 some differ, nothing came, or the build is blocked; 130 left running.`;

export function define(session: Command): void {
  session.addHelpText('after', HELP);
  session
    .command('start')
    .description('Follow the session of a product on a trade date, and show how it goes.')
    .option('--symbol <product>', 'product', 'ES')
    .option('--date <date>', 'trade date; by default the present one', calendarDate)
    .option(
      '--contract <symbol>',
      'contract; by default the one most traded the day before, or else the front one',
    )
    .option('--every <seconds>', 'seconds between parts that are written (default: 10)', wholeNumber)
    .option('--once', 'end the session when all that is in the hub has been taken')
    .option('--again', 'begin the session anew, whatever has been followed or built of it')
    .option('--detach', 'start it and do not wait')
    .option('--json', 'print one JSON document')
    .action(start);

  const onOne = (name: string, description: string) =>
    session.command(name).description(description).argument('<id>', 'workflow id of the session');
  onOne('watch', 'Show how it goes, until it ends.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      onHandle(id, async (handle) => {
        await describeSessionOf(handle);
        await untilInterrupted((signal) => watchSession(handle, signal, json));
      }),
    );
  onOne('progress', 'Print how it goes once.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      onHandle(id, async (handle) => {
        await describeSessionOf(handle);
        const progress = await sessionNow(handle);
        if (json) printJson({ id, ...progress });
        else printSessionNow(progress);
      }),
    );
  const signals: [name: string, description: string, signal: SignalDefinition, says: string][] = [
    ['pause', 'Take no further packets, and keep the state.', pauseSignal, 'is paused'],
    ['resume', 'Go on after a pause.', resumeSignal, 'goes on'],
    ['drain', 'Take what is in the hub, end the session, build and compare it.', drainSignal, 'is drained'],
    ['stop', 'End it where it is; another one goes on from there.', stopSignal, 'is stopped'],
  ];
  for (const [name, description, signal, says] of signals)
    onOne(name, description).action((id: string) => tell(id, signal, says));
  session
    .command('list')
    .description(`List market sessions of every lake: those that run, then the latest, ${MAX_LISTED} in all.`)
    .option('--json', 'print one JSON document; times are UTC')
    .action(list);
}

async function start({ date, detach, json, ...options }: StartOptions): Promise<void> {
  const { symbol } = parseSession({ ...options, tradeDate: date });
  // Before it is a workflow, which would have to fail.
  const product = productsOf(loadConfig().features).productOf(symbol);
  const input: SessionInput & { tradeDate: string } = {
    ...options,
    tradeDate: date ?? tradeDateOf(nowNs(), product),
  };
  const lake = await openLakeId();
  await withClient((client) =>
    // From before it starts: Ctrl-C always says how to come back to what is running then.
    untilInterrupted(async (signal) => {
      const handle = await startSession(client, lake, input);
      if (!detach) return watchSession(handle, signal, json);
      const { workflowId } = handle;
      if (json) printJson({ workflowId });
      else note(`Started ${workflowId}: \`./spymaster session watch ${workflowId}\` shows how it goes.`);
    }),
  );
}

const onHandle = (id: string, use: (handle: WorkflowHandle) => Promise<void>): Promise<void> =>
  withClient((client) => use(client.workflow.getHandle(id)));

/** Tells a running session something that the server keeps for it. */
const tell = (id: string, signal: SignalDefinition, says: string): Promise<void> =>
  withClient(async (client) => {
    const handle = client.workflow.getHandle(id);
    const { taskQueue } = await requireRunningSession(handle);
    await handle.signal(signal);
    note(`${id} ${says}.`);
    if (!(await isServed(client, taskQueue)))
      note(`${await noWorkerOf(client, taskQueue)} It will be told then.`);
  });

const MAX_LISTED = 20;
/** The last run of each: one that continued on the queue of its lake is the same session. */
const LISTED = 'WorkflowType = "marketSession" AND ExecutionStatus != "ContinuedAsNew"';

async function list({ json }: { json?: boolean }): Promise<void> {
  const sessions = await withClient(async (client) => {
    const found = [];
    for await (const execution of client.workflow.list({ query: LISTED })) {
      const { workflowId, runId, taskQueue, status, startTime, closeTime } = execution;
      const handle = client.workflow.getHandle(workflowId, runId);
      // Of one that failed, or whose worker is away, nothing is known.
      const outcome = status.name === 'COMPLETED' ? ((await handle.result()) as SessionResult).outcome : null;
      const phase = status.name === 'RUNNING' ? await sessionNow(handle).catch(() => null) : null;
      found.push({
        workflowId,
        lake: lakeOfQueue(taskQueue) ?? null,
        status: outcome ?? phase?.phase ?? status.name.toLowerCase(),
        started: startTime.toISOString(),
        ended: closeTime?.toISOString(),
      });
      if (found.length === MAX_LISTED) break;
    }
    return found;
  });
  if (json) return printJson({ sessions });
  if (sessions.length === 0)
    return note('There are no market sessions: `./spymaster session start --help` tells how to start one.');
  printTable(
    ['session', 'lake', 'status', 'started (ET)', 'ended (ET)'],
    sessions.map(({ workflowId, lake, status, started, ended }) => [
      workflowId,
      lake ?? '-',
      status,
      timeCellOf(started),
      ended ? timeCellOf(ended) : '-',
    ]),
  );
}
