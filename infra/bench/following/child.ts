/** Processes that a bench asks for what it wants to know of them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process can be asked, by name; each with one argument. */
type Handlers = Record<string, (given: never) => unknown>;

interface Question {
  readonly id: number;
  readonly what: string;
  readonly given: unknown;
}

type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly failure: string });

/** What a process takes of the machine. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Of the heap and what belongs to it, after what nobody needs has been collected. */
  readonly heldBytes: number;
}

/** Answers the process that has started this one, until that ends. Whoever starts it lets it collect its garbage. */
export function answering(handlers: Handlers): void {
  const all: Handlers = { ...handlers, usage };
  process.on('message', ({ id, what, given }: Question) => {
    void Promise.resolve()
      .then(() => all[what](given as never))
      .then(
        (value): Answer => ({ id, value }),
        (error: unknown): Answer => ({ id, failure: error instanceof Error ? error.stack! : String(error) }),
      )
      .then((answer) => process.send!(answer));
  });
  process.once('disconnect', () => process.exit());
}

function usage(): Usage {
  (global as { gc?: () => void }).gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: rss, heldBytes: heapUsed + external };
}

export class Child<Own extends Handlers> {
  private asked = 0;
  private readonly open = new Map<number, (answer: Answer) => void>();
  private readonly process: ChildProcess;

  /** @param program a compiled file that calls `answering` */
  constructor(program: string) {
    this.process = fork(program, {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.process.on('message', (answer: Answer) => {
      this.open.get(answer.id)?.(answer);
      this.open.delete(answer.id);
    });
    this.process.once('exit', (code) => {
      for (const [id, end] of this.open) end({ id, failure: `${program} has ended with ${code}` });
      this.open.clear();
    });
  }

  /** @throws Error with what went wrong there */
  async ask<What extends keyof Own & string>(
    what: What,
    given: Parameters<Own[What]>[0],
  ): Promise<Awaited<ReturnType<Own[What]>>> {
    return (await this.answer(what, given)) as Awaited<ReturnType<Own[What]>>;
  }

  usage(): Promise<Usage> {
    return this.answer('usage', undefined) as Promise<Usage>;
  }

  /** Ends it as a machine that fails does. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  private async answer(what: string, given: unknown): Promise<unknown> {
    const id = this.asked++;
    const answered = new Promise<Answer>((resolve) => this.open.set(id, resolve));
    this.process.send({ id, what, given } satisfies Question);
    const answer = await answered;
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.value;
  }
}
