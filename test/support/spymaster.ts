/** The command line as a user runs it, compiled: in a process of its own, or in this one where the process is not what is tested. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as Program from '../../workers/cli/program';
import type * as Failure from '../../workers/cli/terminal/failure';

const COMPILED = join(__dirname, '..', '..', 'dist', 'workers', 'cli');
/** The compiled command line. */
export const MAIN = join(COMPILED, 'main.js');

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
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm run build`);
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

/** Runs `spymaster ARGS` on a lake, in this process. */
export const onLake =
  (lake: string) =>
  (...args: string[]): Promise<Finished> =>
    spymasterWith({ SPYMASTER_LAKE: lake }, ...args);

/** The JSON document a command printed; throws what the command said when that is none. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the document's shape
export function documentOf<T>({ stdout, stderr }: Finished): T {
  if (stdout === '') throw new Error(`no document was printed: ${stderr}`);
  return JSON.parse(stdout) as T;
}

class Exit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit ${exitCode}`);
  }
}

let running = false;

/**
 * Runs `spymaster ARGS` in this process with its output caught; the code is what a process would end with. One at a time: environment and
 * output are those of the process.
 */
export async function spymasterHere(...args: string[]): Promise<Finished> {
  if (running) throw new Error('a command runs in this process already');
  running = true;
  // The compiled one: threads that it starts run compiled code.
  const { createProgram, processOf } = require(join(COMPILED, 'program.js')) as typeof Program;
  const { asksForJson, reportFailure } = require(join(COMPILED, 'terminal', 'failure.js')) as typeof Failure;
  const [out, err] = [process.stdout, process.stderr].map((stream) => {
    const written: string[] = [];
    const spy = jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    return { written, spy };
  });
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(Number(code ?? 0));
  });
  try {
    const program = createProgram(args);
    await program.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
      if (error instanceof Exit) process.exitCode = error.exitCode;
      else reportFailure(error, asksForJson(args), processOf(program, args));
    });
    return {
      stdout: out.written.join(''),
      stderr: err.written.join(''),
      code: Number(process.exitCode ?? 0),
    };
  } finally {
    for (const spy of [out.spy, err.spy, exit]) spy.mockRestore();
    process.exitCode = undefined;
    running = false;
  }
}

/** Runs `spymaster ARGS` in this process, with an environment on top of this process's own. */
export async function spymasterWith(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Finished> {
  const own = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await spymasterHere(...args);
  } finally {
    for (const name of Object.keys(environment)) {
      if (own[name] === undefined) delete process.env[name];
      else process.env[name] = own[name];
    }
  }
}
