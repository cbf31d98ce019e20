/** Which instruments a subscription means, of those a source has. */
import type { Stype } from '../../../graph/dbn';
import type { SymbolInterval } from '../../../graph/dbn/symbology';
import { ALL_SYMBOLS } from '../protocol/subscription';

/** A requested symbol and the instruments it stands for, each while it does. */
export interface Resolved {
  requested: string;
  intervals: readonly SymbolInterval[];
}

/** A month's letter and the year's last one or two digits. */
const MONTH = '[FGHJKMNQUVXZ]\\d{1,2}';

/**
 * `raw_symbol`, `instrument_id`, `parent` (`ES.FUT` with its spreads, `ES.OPT`) and `continuous` where the source's own request was by
 * that rule (`ES.v.0`).
 * @returns a symbol nothing is known of has no intervals
 */
export function resolve(
  known: readonly SymbolInterval[],
  symbols: readonly string[] | typeof ALL_SYMBOLS,
  stypeIn: Stype,
): Resolved[] {
  if (symbols === ALL_SYMBOLS) return [{ requested: ALL_SYMBOLS, intervals: known }];
  return symbols.map((requested) => ({
    requested,
    intervals: known.filter(matcher(requested, stypeIn)),
  }));
}

function matcher(requested: string, stypeIn: Stype): (one: SymbolInterval) => boolean {
  if (stypeIn === 'instrument_id') return ({ instrumentId }) => String(instrumentId) === requested;
  if (stypeIn !== 'parent') return ({ symbol }) => symbol === requested;
  const [, root, kind] = /^([A-Z0-9]+)\.(FUT|OPT)$/.exec(requested) ?? [];
  if (root === undefined) return ({ symbol }) => symbol === requested;
  const outright = `${root}${MONTH}`;
  const pattern =
    kind === 'FUT' ? new RegExp(`^${outright}([-: ].*${outright})?$`) : new RegExp(`^${outright} [CP]\\d+$`);
  // A file that was itself asked for by this parent may know no more of an instrument than that.
  return ({ symbol }) => symbol === requested || pattern.test(symbol);
}

/** The same names, told once for all the time that several files tell them for, one after the other or twice. */
export function joinedIntervals(intervals: readonly SymbolInterval[]): SymbolInterval[] {
  const byName = new Map<string, SymbolInterval[]>();
  for (const one of [...intervals].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const key = `${one.instrumentId} ${one.symbol}`;
    const known = byName.get(key);
    const last = known?.at(-1);
    if (!known) byName.set(key, [one]);
    else if (one.from > last!.to) known.push(one);
    else if (one.to > last!.to) known[known.length - 1] = { ...last!, to: one.to };
  }
  return [...byName.values()].flat();
}
