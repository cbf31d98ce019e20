/**
 * A date of the lake's raw files as if it came live, by the processes of production: gateway and feed, the event hubs, and a live worker. Then
 * the date is built from its files, and every table compared with what was streamed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { SpymasterError } from '../../../graph/errors';
import type { Lake } from '../../../lake/lake';
import { quote } from '../../../lake/parquet/engine';
import type { Config } from '../../config';
import { EXIT, note, print } from '../terminal/output';

/** Seconds between parts: few, so that the day is seen to grow. */
const PART_SECONDS = '2';

export interface LiveDate {
  readonly symbol: string;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** Begin anew, though the date has been followed or built. */
  readonly again: boolean;
}

/** Rows of a table and a digest of them that does not know their order, by table. */
type Digests = ReadonlyMap<string, { readonly rows: number; readonly digest: string }>;

/**
 * Results are printed as they come, a line each. After the signal the session is left where it is: the next one goes on from there.
 * @param build builds the date from its files
 * @throws SpymasterError StoreUnavailable if one of the processes fails, with what it said
 */
export async function followLive(
  config: Config,
  lake: Lake,
  date: LiveDate,
  build: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { symbol, contract, tradeDate, again } = date;
  note(
    `Following ${contract} ${tradeDate} live: gateway, feed, event hubs and a worker, as fast as they can`,
  );
  const follow = ['live', '--contract', contract, '--date', tradeDate, '--every', PART_SECONDS];
  const worker = new Running(config.lake, signal, [...follow, ...(again ? ['--again'] : [])]);
  const replay = ['replay', tradeDate, '--symbol', symbol, '--options', '--speed', 'max'];
  const feed = new Running(config.lake, signal, replay);
  await Promise.race([feed.ended(EXIT.ok), worker.ended(EXIT.interrupted)]);
  if (signal.aborted) return;
  // What is in the hub now is all there is to come.
  worker.interrupt();
  await worker.ended(EXIT.interrupted);
  await new Running(config.lake, signal, [...follow, '--once']).ended(EXIT.ok);
  if (signal.aborted) return;
  const streamed = await digestsOf(lake, date);
  await build();
  if (!signal.aborted) report(date, streamed, await digestsOf(lake, date));
}

/** A command of this program on a lake; what it prints is printed. */
class Running {
  private readonly child: ChildProcess;
  private readonly code: Promise<number | null>;
  private said = '';

  constructor(
    lake: string,
    private readonly signal: AbortSignal,
    private readonly args: readonly string[],
  ) {
    const main = join(__dirname, '..', 'main.js');
    const env = { ...process.env, SPYMASTER_LAKE: lake };
    // While standard input is open it takes no controls from there.
    this.child = spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => print(text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.code = new Promise((resolve, reject) => this.child.once('error', reject).once('close', resolve));
    this.code.catch(() => {});
    const stop = () => this.interrupt();
    signal.addEventListener('abort', stop);
    this.child.once('close', () => signal.removeEventListener('abort', stop));
  }

  interrupt(): void {
    this.child.kill('SIGINT');
  }

  /** Resolves at its end. @throws SpymasterError StoreUnavailable if it ends otherwise, unless all is to end */
  async ended(code: number): Promise<void> {
    const found = await this.code;
    if (found === code || this.signal.aborted) return;
    const message = `\`spymaster ${this.args[0]}\` has ended with ${found}:\n${this.said.trim()}`;
    throw new SpymasterError('StoreUnavailable', message);
  }
}

async function digestsOf(lake: Lake, { contract, tradeDate }: LiveDate): Promise<Digests> {
  const digests = new Map<string, { rows: number; digest: string }>();
  for (const { name } of [...DATASET_GRAPH.tablesOf('silver'), ...DATASET_GRAPH.tablesOf('gold')]) {
    const [{ n, digest }] = await lake.query(
      `SELECT count(*) AS n, bit_xor(hash(t))::VARCHAR AS digest FROM ${name} t
       WHERE contract = ${quote(contract)} AND trade_date = ${quote(tradeDate)}`,
    );
    digests.set(name, { rows: Number(n), digest: digest as string });
  }
  return digests;
}

function report({ contract, tradeDate }: LiveDate, streamed: Digests, built: Digests): void {
  const differing = [...built].filter(([name, { digest }]) => streamed.get(name)?.digest !== digest);
  const rows = [...built.values()].reduce((sum, table) => sum + table.rows, 0);
  const what = `${contract} ${tradeDate}, live rows and built rows`;
  if (differing.length === 0)
    return print(`${what}: the same, ${rows} rows of ${built.size} tables\n`, 'good');
  const told = differing.map(
    ([name, table]) => `${name} (${streamed.get(name)?.rows} live, ${table.rows} built)`,
  );
  print(`${what} differ: ${told.join(', ')}\n`, 'bad');
}
