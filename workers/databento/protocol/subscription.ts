/** What a live session asks for, and the lines that say so. */
import { SCHEMAS, STYPES, type Schema, type Stype } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import { parseInstant } from '../../../graph/market/instant';
import { formatLine, type ControlLine } from './controlLine';

/** In place of a list: every symbol of the dataset. */
export const ALL_SYMBOLS = 'ALL_SYMBOLS';
/** Symbols the gateway takes in one line. */
const SYMBOLS_PER_LINE = 500;

export interface Subscription {
  schema: Schema;
  symbols: readonly string[] | typeof ALL_SYMBOLS;
  /** How the symbols are written; `raw_symbol` by default. */
  stypeIn?: Stype;
  /** Begin with the present book (schema `mbo`): a clear and an addition for each order. Not together with `start`. */
  snapshot?: boolean;
  /** Replay from this time on, ns UTC, within the last 24 hours; 0 is everything there is. Only before the session has started. */
  start?: bigint;
  /** A number the gateway's answers can be told apart by. */
  id?: number;
}

/**
 * The lines of a subscription: one for every 500 symbols, of which the last says so.
 * @throws SpymasterError BadArgument for what no gateway takes
 */
export function subscriptionLines(subscription: Subscription): string[] {
  const { schema, symbols, stypeIn = 'raw_symbol', snapshot = false, start, id } = subscription;
  if (snapshot && schema !== 'mbo') throw refused('snapshot', 'a snapshot is of schema mbo');
  if (snapshot && start !== undefined) throw refused('start', 'a subscription has a snapshot or a start');
  if (start !== undefined && start < 0n) throw refused('start', 'it is before 1970');
  if (symbols.length === 0) throw refused('symbols', 'no symbol is named');
  const list = symbols === ALL_SYMBOLS ? [ALL_SYMBOLS] : symbols;
  const wrong = list.find(
    (symbol) => !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(symbol) || /[,|]/.test(symbol),
  );
  if (wrong !== undefined) throw refused('symbols', `${JSON.stringify(wrong)} is no symbol`);
  const lines: string[] = [];
  for (let at = 0; at < list.length; at += SYMBOLS_PER_LINE)
    lines.push(
      formatLine({
        schema,
        stype_in: stypeIn,
        symbols: list.slice(at, at + SYMBOLS_PER_LINE).join(','),
        start,
        snapshot: snapshot ? 1 : 0,
        id,
        is_last: at + SYMBOLS_PER_LINE >= list.length ? 1 : 0,
      }),
    );
  return lines;
}

/** A line as a gateway reads it. `isLast` says whether the subscription is complete with it. */
export function parseSubscription(line: ControlLine): Subscription & { isLast: boolean } {
  const schema = SCHEMAS.find((name) => name === line.schema);
  if (schema === undefined) throw refused('schema', `unknown schema ${line.schema}`);
  const stypeIn = STYPES.find((name) => name === (line.stype_in ?? 'raw_symbol'));
  if (stypeIn === undefined) throw refused('stype_in', `unknown stype_in ${line.stype_in}`);
  const symbols = (line.symbols ?? '').split(',').filter((symbol) => symbol !== '');
  if (symbols.length === 0) throw refused('symbols', 'no symbol is named');
  if (symbols.length > SYMBOLS_PER_LINE)
    throw refused('symbols', `more than ${SYMBOLS_PER_LINE} symbols in one line`);
  const snapshot = line.snapshot === '1';
  const start = line.start === undefined || line.start === '' ? undefined : parseInstant(line.start);
  if (snapshot && schema !== 'mbo') throw refused('snapshot', 'a snapshot is of schema mbo');
  if (snapshot && start !== undefined) throw refused('start', 'a subscription has a snapshot or a start');
  return {
    schema,
    stypeIn,
    symbols: symbols.length === 1 && symbols[0] === ALL_SYMBOLS ? ALL_SYMBOLS : symbols,
    snapshot,
    start,
    id: line.id === undefined ? undefined : Number(line.id),
    isLast: line.is_last !== '0',
  };
}

const refused = (field: string, message: string) => new SpymasterError('BadArgument', message, { field });
