/**
 * A failure as a user meets it: what failed, where, what to do, and the exit code. With `--json` it is one line of JSON on stderr,
 * the last one there; of a process whose log is JSON, an entry of that. Only faults that are ours show a stack.
 */
import { types } from 'node:util';
import { SpymasterError, type FailureCode } from '../../../graph/errors';
import { MORE_ROOM } from '../../../lake/store/diskFull';
import { hubFailure } from '../../eventHubs/sdkError';
import { visible, visibleJson, visibleLines } from '../../visible';
import type * as Log from '../../observing/log';
import { EXIT, note } from './output';

/** Whether a command line asks for JSON; known before it is parsed, since parsing may be what fails. */
export const asksForJson = (args: readonly string[]): boolean =>
  (args.includes('--') ? args.slice(0, args.indexOf('--')) : args).includes('--json');

/**
 * Says what went wrong and sets the exit code.
 * @param log name of the process, where it is one that logs
 */
export function reportFailure(error: unknown, json = false, log?: string): void {
  const known = knownFailure(error);
  const exitCode = known ? exitCodeOf(known.code) : EXIT.failed;
  process.exitCode = exitCode;
  if (!known) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (json) return note(failureLine('Unexpected', text, {}, exitCode));
    if (log && hasLogged(log, 'fatal', { code: 'Unexpected' }, text)) return;
    return note(`spymaster: ${text}`, 'bad');
  }
  const { code, message, details } = known;
  if (json) return note(failureLine(code, message, details, exitCode));
  const level = code === 'Cancelled' ? 'warn' : 'fatal';
  if (log && hasLogged(log, level, { code, ...details }, message)) return;
  if (code === 'Cancelled') return note('spymaster: interrupted', 'warn');
  const where = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${key}: ${shown(key, String(value))}`);
  note(`spymaster: ${message}`, 'bad');
  for (const line of where) note(line);
}

/** Whether a process whose log is JSON has told it there. */
export function hasLogged(name: string, level: 'warn' | 'fatal', fields: object, message: string): boolean {
  // Loaded here, since most commands need it never.
  const { logChoice, openLog } = require('../../observing/log') as typeof Log;
  try {
    if (logChoice().form !== 'json') return false;
  } catch {
    // The choice itself is what is wrong.
    return false;
  }
  openLog(name)[level](fields, message);
  return true;
}

/** What is expected is the program's own text, and may be an example of several lines; elsewhere a line is a name's. */
const shown = (key: string, value: string): string =>
  key === 'expected' ? visibleLines(value).replaceAll('\n', '\n    ') : visible(value);

/** One line: `{"error":{"code":...,"message":...},"exitCode":2}`. */
export const failureLine = (code: string, message: string, details: object, exitCode: number): string =>
  visibleJson(JSON.stringify({ error: { code, message, ...details }, exitCode }));

const WRONG_USE: ReadonlySet<FailureCode> = new Set(['BadArgument', 'BadConfig', 'UnknownTable']);

function exitCodeOf(code: FailureCode): number {
  if (code === 'Cancelled') return EXIT.interrupted;
  return WRONG_USE.has(code) ? EXIT.usage : EXIT.failed;
}

/** The failure as the project's own error, if it is an ordinary one: its own, the system's, or of Event Hubs or the Temporal server. */
export function knownFailure(error: unknown): SpymasterError | undefined {
  for (let cause = error; types.isNativeError(cause); cause = cause.cause) {
    if (cause instanceof SpymasterError) return cause;
    const known = hubFailure(cause) ?? systemFailure(cause) ?? serverFailure(cause);
    if (known) return known;
  }
  return undefined;
}

interface Ordinary {
  code: FailureCode;
  says: (place: string) => string;
  expected?: string;
}

const WRITABLE = 'a place that this user may read and write';

/** Refusals of the operating system that are nobody's fault here, by their code. */
const ORDINARY: Readonly<Record<string, Ordinary>> = {
  ENOENT: { code: 'NoInput', says: (place) => `there is no file or folder ${place}` },
  EISDIR: { code: 'BadArgument', says: (place) => `${place} is a folder`, expected: 'a file' },
  ENOTDIR: { code: 'BadArgument', says: (place) => `${place} is no folder`, expected: 'a folder' },
  EEXIST: { code: 'BadArgument', says: (place) => `${place} is there already`, expected: 'another name' },
  EACCES: { code: 'StoreUnavailable', says: (place) => `no permission for ${place}`, expected: WRITABLE },
  EPERM: { code: 'StoreUnavailable', says: (place) => `no permission for ${place}`, expected: WRITABLE },
  EROFS: {
    code: 'StoreUnavailable',
    says: (place) => `${place} is on a read-only file system`,
    expected: WRITABLE,
  },
  ENOSPC: {
    code: 'StoreUnavailable',
    says: (place) => `the disk is full: ${place} could not be written`,
    expected: MORE_ROOM,
  },
  EDQUOT: {
    code: 'StoreUnavailable',
    says: (place) => `the disk quota is used up: ${place} could not be written`,
    expected: MORE_ROOM,
  },
  EMFILE: {
    code: 'StoreUnavailable',
    says: () => 'too many files are open',
    expected: 'a higher limit of open files (ulimit -n)',
  },
  EADDRINUSE: {
    code: 'StoreUnavailable',
    says: (place) => `${place} is in use by another program`,
    expected: 'another port, or that program stopped',
  },
  ECONNREFUSED: { code: 'StoreUnavailable', says: (place) => `nothing answers at ${place}` },
  ECONNRESET: { code: 'StoreUnavailable', says: (place) => `${place} has closed the connection` },
  ETIMEDOUT: { code: 'StoreUnavailable', says: (place) => `${place} did not answer in time` },
  EHOSTUNREACH: { code: 'StoreUnavailable', says: (place) => `${place} cannot be reached` },
  ENOTFOUND: { code: 'StoreUnavailable', says: (place) => `there is no host ${place}` },
};

/** The folder above is there and takes no other: it is none of a disk. */
const NO_PLACE: Ordinary = {
  code: 'StoreUnavailable',
  says: (place) => `no folder can be made at ${place}`,
  expected: WRITABLE,
};

interface SystemError extends Error {
  code?: unknown;
  syscall?: string;
  path?: string;
  dest?: string;
  address?: string;
  hostname?: string;
  port?: number;
}

function systemFailure(error: SystemError): SpymasterError | undefined {
  const { code, syscall, path, dest, address, hostname, port } = error;
  const ordinary =
    typeof code === 'string' && Object.hasOwn(ORDINARY, code)
      ? code === 'ENOENT' && syscall === 'mkdir'
        ? NO_PLACE
        : ORDINARY[code]
      : undefined;
  if (!ordinary) return undefined;
  const host = address ?? hostname;
  const file = path ?? dest;
  const place = file ?? (host === undefined ? 'what was asked for' : [host, port].filter(Boolean).join(':'));
  return new SpymasterError(
    ordinary.code,
    ordinary.says(place),
    { ...(file !== undefined && { file }), ...(ordinary.expected && { expected: ordinary.expected }) },
    { cause: error },
  );
}

/** What the Temporal server refuses: an error of gRPC, recognised without loading the SDK. */
function serverFailure(error: Error & { code?: unknown; details?: unknown }): SpymasterError | undefined {
  if (error.name === 'NamespaceNotFoundError')
    return new SpymasterError(
      'BadConfig',
      `the Temporal server refused: ${error.message}`,
      {
        field: 'namespace',
        expected:
          'one that the server has, in TEMPORAL_NAMESPACE or temporal.yaml; `./spymaster setup` registers what is named there',
      },
      { cause: error },
    );
  if (typeof error.code !== 'number' || typeof error.details !== 'string') return undefined;
  return new SpymasterError(
    'StoreUnavailable',
    `the Temporal server refused: ${error.details}`,
    {},
    { cause: error },
  );
}
