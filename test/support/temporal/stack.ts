/** A Temporal server of a test file's own, with worker processes and a client. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { obtainTemporal } from '../../../infra/temporal/cli';
import { startDevServer, type DevServer } from '../../../infra/temporal/devServer';
import { controlQueue } from '../../../workflows/queues';
import { applySchedules } from '../../../workers/temporal/schedules';
import { loadTemporalSettings } from '../../../workers/temporal/settings';
import { HANGS_MS, until } from '../until';

const NAMESPACE = 'spymaster';
/** Id of the stack's first lake. */
export const LAKE = 'stack';
const SCRIPTED_WORKER = join(__dirname, 'scriptedWorker.js');

/** Makes a folder a lake of scripted stages, with an id. */
export function makeScripted(lake: string, id: string): void {
  mkdirSync(join(lake, 'script'));
  writeFileSync(join(lake, 'lake.json'), JSON.stringify({ id }));
}

export class Stack {
  private readonly workers = new Set<ChildProcess>();
  /** What the workers have logged; shown too. WORKER_LOG names the least of it. */
  logged = '';

  private constructor(
    readonly server: DevServer,
    readonly connection: Connection,
    readonly client: Client,
    /** Folder the scripted stages log to and read their orders from. */
    readonly lake: string,
  ) {}

  static async start(): Promise<Stack> {
    // Never skipped: a suite that is green without its server would say nothing.
    const program = await obtainTemporal();
    const lake = mkdtempSync(join(tmpdir(), 'spymaster-stack-'));
    makeScripted(lake, LAKE);
    const { searchAttributes } = loadTemporalSettings();
    const server = await startDevServer({ program: program.path, namespace: NAMESPACE, searchAttributes });
    const connection = await Connection.connect({ address: server.address, connectTimeout: HANGS_MS });
    return new Stack(server, connection, new Client({ connection, namespace: NAMESPACE }), lake);
  }

  async stop(): Promise<void> {
    await this.endWorkers();
    await this.connection.close();
    await this.server.stop();
    rmSync(this.lake, { recursive: true, force: true });
  }

  /** Environment of a process that shall use this server and this or another lake. */
  environment(lake = this.lake): NodeJS.ProcessEnv {
    const { TEMPORAL_ENV: _, ...rest } = process.env;
    const { address } = this.server;
    return { ...rest, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: NAMESPACE, SPYMASTER_LAKE: lake };
  }

  /** Starts a worker process and waits until it takes work. */
  async worker(role = 'all', lake = this.lake): Promise<ChildProcess> {
    const worker = spawn(process.execPath, [SCRIPTED_WORKER, role], {
      env: this.environment(lake),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    worker.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.logged += text;
      process.stderr.write(text);
    });
    this.workers.add(worker);
    const ended = once(worker, 'exit').then(([code]) => {
      throw new Error(`The worker ended with ${code} before it was ready`);
    });
    await Promise.race([once(worker.stdout, 'data'), ended]);
    ended.catch(() => {});
    return worker;
  }

  /** The workers that run, or have ended by themselves. */
  get running(): ChildProcess[] {
    return [...this.workers];
  }

  /** Kills every worker that still runs, so that the next test has none but its own. */
  async endWorkers(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => this.end(worker, 'SIGKILL')));
  }

  async end(worker: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    this.workers.delete(worker);
    if (worker.exitCode === null && worker.signalCode === null) {
      worker.kill(signal);
      await once(worker, 'exit');
    }
    return worker.exitCode;
  }

  /** What the stage of a layer shall do: hold, spin (a hold that sees no signal), tell EVENT (and spin), fail CODE, fail-once CODE, exit, throw, blocked, no_data, current. */
  script(name: string, order: string): void {
    // At once: half an order would be another one.
    const path = join(this.lake, 'script', name);
    writeFileSync(`${path}.new`, order);
    renameSync(`${path}.new`, path);
  }

  unscript(name: string): void {
    rmSync(join(this.lake, 'script', name), { force: true });
  }

  /** What the stages did, as `[ESH4-2024-01-02-bronze, begin, fence]`. */
  log(lake = this.lake): [name: string, event: string, fence: number][] {
    const file = join(lake, 'log');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name, event, fence]) => [name, event, Number(fence)]);
  }

  /** How often a stage began, by name. */
  begun(name: string): number {
    return this.log().filter(([at, event]) => at === name && event === 'begin').length;
  }

  /** Starts a workflow. */
  start(type: string, workflowId: string, ...args: unknown[]) {
    return this.client.workflow.start(type, { taskQueue: controlQueue(LAKE), workflowId, args });
  }

  /** Makes the schedules of the settings, which begin nothing by themselves: a test may run at any time of the day. */
  async schedules(): Promise<void> {
    const changes = await applySchedules(this.client, LAKE, loadTemporalSettings().schedules);
    for (const { id } of changes) await this.client.schedule.getHandle(id).pause();
  }

  /** Waits until something holds. */
  readonly until = until;
}
