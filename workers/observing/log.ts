/**
 * What a process that stays up says of itself, on stderr: to a person in words, to programs as JSON, an entry a line (pino). An entry has
 * a message, and beside it fields: `contract`, `tradeDate`, `partition`, `sequence`, ... Keys and tokens are never among them.
 */
import pino, { type Level, type Logger } from 'pino';
import { SpymasterError } from '../../graph/errors';
import { note } from '../cli/terminal/output';
import { visibleJson } from '../visible';

export type Log = Logger & { readonly form: LogChoice['form'] };

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const satisfies readonly Level[];

export interface LogChoice {
  readonly form: 'human' | 'json';
  readonly level: Level;
}

/**
 * `SPYMASTER_LOG`: `json` or `human`, a level, or both, such as `json,debug`. Without it, entries are for a person where stderr is a
 * terminal, from `info` on.
 * @throws SpymasterError BadConfig
 */
export function logChoice(environment = process.env, terminal = process.stderr.isTTY): LogChoice {
  let { form, level }: LogChoice = { form: terminal ? 'human' : 'json', level: 'info' };
  for (const word of (environment.SPYMASTER_LOG ?? '').split(',').filter(Boolean))
    if (word === 'human' || word === 'json') form = word;
    else if (isLevel(word)) level = word;
    else
      throw new SpymasterError(
        'BadConfig',
        `SPYMASTER_LOG=${environment.SPYMASTER_LOG}: ${word} is not known`,
        {
          field: 'SPYMASTER_LOG',
          expected: `human or json, and one of ${LEVELS.join(', ')}`,
        },
      );
  return { form, level };
}

const isLevel = (word: string): word is Level => (LEVELS as readonly string[]).includes(word);

/**
 * @param name of the process
 * @param least level of the entries, in place of what the environment says
 * @throws SpymasterError BadConfig
 */
export function openLog(name: string, least?: Level): Log {
  const { form, level } = { ...logChoice(), ...(least && { level: least }) };
  const logger = pino(
    {
      level,
      base: { process: name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), ...(form === 'json' && { log: withoutWords }) },
    },
    { write: form === 'json' ? (line) => process.stderr.write(visibleJson(line)) : sayInWords },
  );
  return Object.assign(logger, { form });
}

/** For a person, in place of the message; nothing where it is empty. */
interface Words {
  words?: string;
}

const withoutWords = ({ words: _words, ...fields }: Words): Record<string, unknown> => fields;

function sayInWords(line: string): void {
  const { level, msg, words = msg } = JSON.parse(line) as Words & { level: Level; msg: string };
  if (words !== '')
    note(words, level === 'warn' ? 'warn' : level === 'error' || level === 'fatal' ? 'bad' : undefined);
}

/** Tells of faults that others go on after, with the place they came from. */
export const faultsOf =
  (log: Log) =>
  (error: unknown): void =>
    log.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
