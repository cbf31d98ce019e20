/** What a gateway of this machine serves, and how it is controlled while it runs. */
import { createInterface } from 'node:readline';
import { InvalidArgumentError } from 'commander';
import { isoTime } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import type { LiveGateway, MarketSource } from '../../databento';
import { control, speedOf } from '../../databento/gateway/control';
import { fileSource } from '../../replay/fileSource';
import { lakeSource } from '../../replay/lakeSource';
import type { Log } from '../../observing/log';
import { openExistingLake } from '../openLake';
import { note } from '../terminal/output';

const TRADE_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** `--speed`: 1, 10, ..., or max. */
export function speed(text: string): number {
  try {
    return speedOf(text);
  } catch {
    throw new InvalidArgumentError('It must be 1, 10 or another positive number, or max.');
  }
}

/** What is served, and its first and last moment as far as they are known, ns UTC. */
export interface Market {
  readonly source: MarketSource;
  readonly begins?: bigint;
  readonly ends: bigint | null;
}

/**
 * @param sources DBN files, or trade dates of the lake
 * @param symbol product of trade dates
 */
export async function marketOf(
  sources: readonly string[],
  symbol: string,
  signal: AbortSignal,
): Promise<Market> {
  const dates = sources.filter((source) => TRADE_DATE.test(source));
  if (dates.length === 0) {
    const source = await fileSource(sources, signal);
    return { source, ends: source.ends };
  }
  if (dates.length < sources.length)
    throw new SpymasterError('BadArgument', 'files and trade dates cannot be served together', {
      expected: 'the one or the other',
    });
  const config = loadConfig();
  const product = productsOf(config.features).productOf(symbol);
  return lakeSource(await openExistingLake(config), product, dates, signal);
}

/**
 * When a market begins to be served, ns UTC; undefined: with its first record.
 * @param from what was asked for
 * @throws SpymasterError BadArgument for a time after all of it: nothing would ever come
 */
export function beginOf(
  from: bigint | undefined,
  { begins, ends }: Omit<Market, 'source'>,
): bigint | undefined {
  if (from !== undefined && ends !== null && from >= ends)
    throw new SpymasterError('BadArgument', `nothing comes after ${isoTime(from)}`, {
      field: '--from',
      expected: `a time before ${isoTime(ends)}, when what is served ends`,
    });
  return from ?? begins;
}

/** Takes a line each on standard input; returns what ends that. */
export function takeControls(gateway: LiveGateway, log: Log): () => void {
  const controls = createInterface({ input: process.stdin });
  controls.on('line', (line) => obey(gateway, line, log));
  return () => {
    controls.close();
    process.stdin.destroy();
  };
}

function obey(gateway: LiveGateway, line: string, log: Log): void {
  if (line.trim() === '') return;
  try {
    const answer = control(gateway, line);
    // A person who asks is answered, whatever level is logged.
    if (log.form === 'human') note(answer);
    else log.info(answer);
  } catch (error) {
    if (!(error instanceof SpymasterError)) throw error;
    const { expected } = error.details;
    log.warn(`${error.message}${expected === undefined ? '' : ` (${expected})`}`);
  }
}
