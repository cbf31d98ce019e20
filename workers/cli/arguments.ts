/** Option values, checked as they are read. */
import { InvalidArgumentError, type Command } from 'commander';
import { LAYERS, type Layer } from '../../graph/datasets/layers';
import { SpymasterError } from '../../graph/errors';
import { dayNumber } from '../../graph/market/days';
import type { Products } from '../../graph/products/catalog';

/** A count or an id that a double holds exactly. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A TCP port; 0 is for a free one. */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be at most 65535.');
  return port;
}

/** Adds `--metrics-port`, which processes that stay up have. */
export const metricsOption = (command: Command): Command =>
  command.option(
    '--metrics-port <port>',
    'port of /metrics for Prometheus: 0 takes a free one, off has none; by default that of the configuration',
    (text) => (text === 'off' ? text : portNumber(text)),
  );

/** A day written `YYYY-MM-DD`. */
export function calendarDate(text: string): string {
  try {
    dayNumber(text);
    return text;
  } catch {
    throw new InvalidArgumentError('It must be a day written YYYY-MM-DD.');
  }
}

/** What rows may be narrowed to; dates are inclusive. */
export interface RangeFilter {
  contract?: string;
  start?: string;
  end?: string;
}

/** Any date does: only whether there is such a contract is asked. */
const SOME_DATE = '2024-01-02';

/**
 * Checks a filter against what can exist, so that no answer is empty because the question was wrong.
 * @throws SpymasterError BadArgument for a contract of no known product, or an end before the start
 */
export function checkFilter(products: Products, { contract, start, end }: RangeFilter): void {
  if (contract !== undefined) products.contractOf(contract, start ?? SOME_DATE);
  if (start !== undefined && end !== undefined && end < start)
    throw new SpymasterError('BadArgument', `--end ${end} is before --start ${start}`, { field: '--end' });
}

/** A filter in words: ` of ESH4 from 2024-03-04 to 2024-03-08`; empty for none. */
export const filterText = ({ contract, start, end }: RangeFilter): string =>
  [contract && ` of ${contract}`, start && ` from ${start}`, end && ` to ${end}`].filter(Boolean).join('');

/** A list of layers such as `bronze,silver`. */
export function parseLayers(text: string): Layer[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(LAYERS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no layer ${unknown}: choose of ${LAYERS.join(',')}.`);
  return names as Layer[];
}
