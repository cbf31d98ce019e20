/**
 * A date of the simulated files as if it came live, as in production: gateway and feed bring it into the event hubs, a market session has
 * a worker follow it, and then builds the date from its files and compares every row with what was streamed.
 */
import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { SpymasterError } from '../../../graph/errors';
import type { IsoDate } from '../../../graph/market/days';
import { drainSignal, stopSignal } from '../../../workflows/messages';
import type { Config } from '../../config';
import { withClient } from '../../temporal/client';
import { findRawFiles } from '../../../lake/raw/findFiles';
import { openLakeId } from '../openLake';
import { startSession, watchSession } from '../session/followSession';
import { note } from '../terminal/output';

/** Seconds between parts: few, so that the day is seen to grow. */
const PART_SECONDS = 2;

export interface LiveDate {
  readonly symbol: string;
  readonly contract: string;
  readonly tradeDate: IsoDate;
  /** Begin anew, though the date has been followed or built. */
  readonly again: boolean;
}

/**
 * Answers are printed as they come, a line each, and at the end what the comparison found. After the signal the session is left where it
 * is: the next start goes on from there.
 * @param folder of the simulated files
 * @param onLive told of the contract before anything of it comes
 * @throws SpymasterError StoreUnavailable if gateway and feed fail, with what they said
 */
export async function followLive(
  config: Config,
  folder: string,
  { symbol, contract, tradeDate, again }: LiveDate,
  onLive: (contract: string) => void,
  signal: AbortSignal,
): Promise<void> {
  note(
    `Following ${contract} ${tradeDate} live: gateway, feed, event hubs and a worker, as fast as they can`,
  );
  onLive(contract);
  const lake = await openLakeId(config);
  await withClient(async (client) => {
    const input = { symbol, contract, tradeDate, every: PART_SECONDS, ...(again && { again }) };
    const handle = await startSession(client, lake, input, 'USE_EXISTING');
    const fed = replay(config, await filesOf(folder, tradeDate), symbol, signal).then(
      // What is in the hub now is all there is to come.
      () => (signal.aborted ? undefined : handle.signal(drainSignal)),
      async (error: unknown) => {
        await handle.signal(stopSignal);
        throw error;
      },
    );
    await Promise.all([fed, watchSession(handle, signal)]);
  });
}

/** Of the UTC days that a trade date overlaps: that of its evening before, and its own. */
async function filesOf(folder: string, tradeDate: IsoDate): Promise<string[]> {
  const day = Date.parse(tradeDate);
  const names = [day - DAY_MS, day].map((ms) => new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''));
  return (await findRawFiles(folder)).filter((file) => names.some((name) => basename(file).includes(name)));
}

const DAY_MS = 86_400_000;

/** Gateway and feed in a process of their own. Resolves when all has been sent, or the signal has ended it. */
async function replay(
  { lake }: Config,
  files: readonly string[],
  symbol: string,
  signal: AbortSignal,
): Promise<void> {
  const args = ['replay', ...files, '--symbol', symbol, '--options', '--speed', 'max'];
  const env = { ...process.env, SPYMASTER_LAKE: lake };
  const main = join(__dirname, '..', 'main.js');
  // While standard input is open it takes no controls from there.
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const stop = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  ).finally(() => signal.removeEventListener('abort', stop));
  if (code !== 0 && !signal.aborted)
    throw new SpymasterError('StoreUnavailable', `Gateway and feed have ended with ${code}:\n${said.trim()}`);
}
