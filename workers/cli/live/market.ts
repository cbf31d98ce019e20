/** What a gateway of this machine serves, and how it is controlled while it runs. */
import { createInterface } from 'node:readline';
import { InvalidArgumentError } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import type { LiveGateway, MarketSource } from '../../databento';
import { control, speedOf } from '../../databento/gateway/control';
import { fileSource } from '../../replay/fileSource';
import { lakeSource } from '../../replay/lakeSource';
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

/**
 * @param sources DBN files, or trade dates of the lake
 * @param symbol product of trade dates
 */
export async function marketOf(
  sources: readonly string[],
  symbol: string,
  signal: AbortSignal,
): Promise<{ source: MarketSource; begins?: bigint }> {
  const dates = sources.filter((source) => TRADE_DATE.test(source));
  if (dates.length === 0) return { source: await fileSource(sources, signal) };
  if (dates.length < sources.length)
    throw new SpymasterError('BadArgument', 'files and trade dates cannot be served together', {
      expected: 'the one or the other',
    });
  const config = loadConfig();
  const product = productsOf(config.features).productOf(symbol);
  const market = await lakeSource(await openExistingLake(config), product, dates, signal);
  return market;
}

/** Takes a line each on standard input; returns what ends that. */
export function takeControls(gateway: LiveGateway): () => void {
  const controls = createInterface({ input: process.stdin });
  controls.on('line', (line) => obey(gateway, line));
  return () => {
    controls.close();
    process.stdin.destroy();
  };
}

function obey(gateway: LiveGateway, line: string): void {
  if (line.trim() === '') return;
  try {
    note(control(gateway, line));
  } catch (error) {
    if (!(error instanceof SpymasterError)) throw error;
    const { expected } = error.details;
    note(`${error.message}${expected === undefined ? '' : ` (${expected})`}`, 'warn');
  }
}
