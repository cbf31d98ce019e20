/** The command line as a user runs it: compiled and in a process of its own, or from the sources in this one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createProgram } from '../../workers/cli/program';
import { reportFailure } from '../../workers/cli/terminal/output';

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

/** Runs `spymaster ARGS` in this process with its output caught; the code is what a process would end with. */
export async function spymasterHere(...args: string[]): Promise<Finished> {
  const [out, err] = [process.stdout, process.stderr].map((stream) => {
    const written: string[] = [];
    const spy = jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    return { written, spy };
  });
  try {
    await createProgram().parseAsync(args, { from: 'user' }).catch(reportFailure);
    return {
      stdout: out.written.join(''),
      stderr: err.written.join(''),
      code: Number(process.exitCode ?? 0),
    };
  } finally {
    out.spy.mockRestore();
    err.spy.mockRestore();
    process.exitCode = undefined;
  }
}
