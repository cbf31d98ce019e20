/**
 * What of a file's coverage its entry lists one by one. A file may name a million instruments; an entry is read with every plan, and
 * lists those first that can be built, then those with the most records.
 */
import type { Products } from '../../graph/products/catalog';
import type { SymbolInterval } from '../../graph/dbn/symbology';
import type { Coverage, InstrumentCoverage } from './registry';

/** Instruments times days of an entry, about 400 bytes each: a year of a product's futures and spreads has 17,000. */
const MOST_DAYS = 20_000;
/** Names of an entry, about 100 bytes each. */
const MOST_NAMES = 50_000;

type Listing = Pick<Coverage, 'instruments' | 'names' | 'unlisted'>;

/** @param products those whose contracts can be built */
export function listingOf(
  instruments: InstrumentCoverage[],
  names: SymbolInterval[],
  products: Products,
): Listing {
  const unlisted = { instruments: 0, records: 0, names: Math.max(0, names.length - MOST_NAMES) };
  const days = instruments.reduce((sum, instrument) => sum + instrument.days.length, 0);
  if (days <= MOST_DAYS && unlisted.names === 0) return { instruments, names, unlisted };

  const listed: InstrumentCoverage[] = [];
  let room = MOST_DAYS;
  for (const one of inOrderOfUse(instruments, products)) {
    if (one.instrument.days.length <= room) {
      listed.push(one.instrument);
      room -= one.instrument.days.length;
    } else {
      unlisted.instruments++;
      unlisted.records += one.records;
    }
  }
  return { instruments: listed.sort(byId), names: mostUseful(names, products), unlisted };
}

interface Ranked {
  instrument: InstrumentCoverage;
  outright: boolean;
  /** Of types that tell trades. */
  traded: number;
  records: number;
}

function inOrderOfUse(instruments: readonly InstrumentCoverage[], products: Products): Ranked[] {
  const ranked = instruments.map((instrument): Ranked => {
    let [traded, records] = [0, 0];
    for (const day of instrument.days) {
      traded += (day.records.mbo ?? 0) + (day.records.trades ?? 0) + (day.records.tbbo ?? 0);
      for (const count of Object.values(day.records)) records += count;
    }
    const { symbol } = instrument;
    return { instrument, outright: symbol !== null && products.isOutright(symbol), traded, records };
  });
  return ranked.sort(
    (a, b) =>
      Number(b.outright) - Number(a.outright) ||
      b.traded - a.traded ||
      b.records - a.records ||
      byId(a.instrument, b.instrument),
  );
}

function mostUseful(names: SymbolInterval[], products: Products): SymbolInterval[] {
  if (names.length <= MOST_NAMES) return names;
  const outright = names.filter(({ symbol }) => products.isOutright(symbol));
  const others = names.filter(({ symbol }) => !products.isOutright(symbol));
  return [...outright, ...others].slice(0, MOST_NAMES);
}

const byId = (a: InstrumentCoverage, b: InstrumentCoverage) =>
  a.publisherId - b.publisherId || a.instrumentId - b.instrumentId;
