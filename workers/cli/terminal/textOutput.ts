/** Where long results go: to standard output, or on a terminal to a pager. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface TextOutput {
  /** Whether a reader takes as much as there is, at the pace of his own. */
  readonly paged: boolean;
  /** @returns false once nobody reads any more */
  write(text: string | Uint8Array): Promise<boolean>;
  /** Resolves when everything has been read, or the reader has left. */
  end(): Promise<void>;
}

export const standardOutput: TextOutput = {
  paged: false,
  async write(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    return true;
  },
  end: () => Promise.resolve(),
};

/** The command of the pager to use: `PAGER`, or `less` where it is installed; undefined without a terminal, or with `PAGER` empty. */
export function pagerCommand(environment = process.env): string | undefined {
  if (!process.stdout.isTTY) return undefined;
  const { PAGER, PATH = '' } = environment;
  if (PAGER !== undefined) return PAGER.trim() === '' || PAGER.trim() === 'cat' ? undefined : PAGER;
  return PATH.split(delimiter).some((folder) => existsSync(join(folder, 'less'))) ? 'less' : undefined;
}

/** Shows text in a pager, which is started with the first of it. What fits on a screen, `less` prints and ends. */
export function pager(command: string): TextOutput {
  let started: { write: TextOutput['write']; end: () => Promise<void> } | undefined;
  return {
    paged: true,
    write: (text) => (started ??= start(command)).write(text),
    end: async () => started?.end(),
  };
}

function start(command: string) {
  const env = { LESS: 'FRX', ...process.env };
  const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env });
  let open = true;
  const left = new Promise<void>((resolve) => {
    const leave = () => {
      open = false;
      resolve();
    };
    child.once('close', leave).once('error', leave);
    // A pager that is left closes its input, whatever is still to come.
    child.stdin.once('error', leave);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve()).once('error', () => resolve());
  });
  return {
    async write(text: string | Uint8Array) {
      if (open && !child.stdin.write(text))
        await Promise.race([once(child.stdin, 'drain').catch(() => undefined), left]);
      return open;
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
