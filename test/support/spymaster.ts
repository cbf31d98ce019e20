/** The command line as a user runs it: the compiled one, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(__dirname, '..', '..', 'dist', 'workers', 'cli', 'main.js');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  process: ChildProcess;
  finished: Promise<Finished>;
}

/** Starts `spymaster ARGS`; with an environment on top of this process's own. */
export function startSpymaster(environment: NodeJS.ProcessEnv, ...args: string[]): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, finished };
}

/** Runs `spymaster ARGS` to its end. */
export const spymaster = (environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Finished> =>
  startSpymaster(environment, ...args).finished;
