/** What Temporal's SDK says in a worker process: one line for what users can mend, everything for what they cannot. */
import { inspect } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import type { LogEntry } from '@temporalio/worker';
import type { Level } from 'pino';
import { isCode } from '../../graph/errors';
import type { Log } from '../observing/log';
import { visible, visibleLines } from '../visible';

/**
 * What is as it should be: workers that serve one kind of work alone, and calls made again while the server is away, several a second,
 * which the process says once.
 */
const EXPECTED = /^No (workflows|Nexus services) registered, not polling|^gRPC call \w+ retried \d+ times/;

/** Passes an entry on: to a person as text, to programs with its fields. */
export function passOn(log: Log, entry: LogEntry): void {
  const words = logText(entry);
  if (words === undefined) return;
  const { error, ...fields } = entry.meta ?? {};
  const level = entry.level.toLowerCase() as Level;
  log[level]({ ...fields, ...(error !== undefined && { err: error }), words }, entry.message);
}

/** An entry as text; undefined of one that tells nothing, or nothing that has not been told. */
export function logText({ timestampNanos, level, message, meta = {} }: LogEntry): string | undefined {
  if (EXPECTED.test(message)) return undefined;
  const head = `${new Date(Number(timestampNanos / 1_000_000n)).toISOString()} ${level} `;
  if (message === 'Activity failed' && isOurs(meta.error)) {
    const { type, message: says } = meta.error;
    const { activityType, workflowId, attempt } = meta;
    const at = [workflowId, activityType, `attempt ${String(attempt)}`, type].join(': ');
    return head + visible(`${at}: ${says}`);
  }
  if (message === 'Workflow failed' && meta.error instanceof Error) {
    const { error, workflowId } = meta;
    // The activity or the child that made it fail has been told of.
    if (error.cause !== undefined) return undefined;
    if (isMeant(error)) return head + visible(`${String(workflowId)} failed: ${error.message}`);
  }
  const details = Object.keys(meta).length > 0 ? ` ${inspect(meta, { breakLength: Infinity })}` : '';
  return visibleLines(`${head}${message}${details}`);
}

/** A failure of this project's kinds, which says by itself what is wrong and where. */
const isOurs = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && isCode(error.type ?? '');

/** How workflow code fails on purpose; of the error's class nothing but this is left outside of the workflow's sandbox. */
const isMeant = ({ stack = '' }: Error): boolean => stack.startsWith('ApplicationFailure');
