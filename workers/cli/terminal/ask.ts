/** Questions to the person at the terminal. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { SpymasterError } from '../../../graph/errors';

/** Where a person can be asked. */
export interface Terminal {
  input: Readable;
  output: Writable;
}

/** Undefined where nobody can be. */
export const terminal = (): Terminal | undefined =>
  process.stdin.isTTY && process.stderr.isTTY ? { input: process.stdin, output: process.stderr } : undefined;

/** Whether the answer is yes. @throws SpymasterError Cancelled on Ctrl-C */
export async function ask(question: string, { input, output }: Terminal): Promise<boolean> {
  const lines = createInterface({ input, output });
  const over = new AbortController();
  // Where the input ends there is no answer, which is no.
  lines.on('close', () => over.abort());
  let interrupted = false;
  lines.on('SIGINT', () => {
    interrupted = true;
    lines.close();
  });
  try {
    return /^y(es)?$/i.test((await lines.question(question, { signal: over.signal })).trim());
  } catch (error) {
    if (!over.signal.aborted) throw error;
    if (interrupted) throw new SpymasterError('Cancelled', 'interrupted');
    return false;
  } finally {
    lines.close();
  }
}
