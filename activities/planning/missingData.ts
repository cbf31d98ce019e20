/** Why a contract-date cannot be built: what was looked for, what the raw files of that date hold instead, and what would help. */
import { utcDate } from '../../graph/dbn/text';
import type { IsoDate } from '../../graph/market/days';
import type { Piece, RawCatalog } from '../../lake/raw/registry';

/** A trade date for which no raw file holds the contract. */
export interface MissingDate {
  tradeDate: IsoDate;
  /** The contract looked for. */
  contract: string;
  reason: string;
}

/** Ids, and contracts, named at most. */
const MAX_NAMED = 5;

export function missingDate(catalog: RawCatalog, contract: string, tradeDate: IsoDate): MissingDate {
  const sentences = [`No raw file covers ${tradeDate} with MBO records of ${contract}.`];
  const unmapped = catalog.unmapped(tradeDate);
  if (unmapped.length > 0)
    sentences.push(
      `Instrument ids of that date without a symbol: ${listed(unmapped.map((piece) => nameless(catalog, piece)))}.`,
      'Import definitions of that date (schema `definition`), or the records requested by raw symbol: they tell which contract an id is.',
    );
  const others = catalog.contractsOn(tradeDate);
  if (others.length > 0)
    sentences.push(
      `Raw files of that date hold ${listed(others)}: name one with \`--contract\` to build it.`,
    );
  if (unmapped.length === 0 && others.length === 0)
    sentences.push(`${coverage(catalog)}; \`./spymaster import FILE\` takes raw files in.`);
  return { tradeDate, contract, reason: sentences.join(' ') };
}

/** `17077 (asked for as ES.c.0, 30 records in es.dbn; it was ESH1 until 2021-03-19)` */
function nameless(catalog: RawCatalog, { file, instrument, day }: Piece): string {
  const { instrumentId, symbol } = instrument;
  const known = catalog.namesOf(file.dataset, instrumentId);
  const before = known.findLast(({ to }) => to <= day.firstTs);
  const after = known.find(({ from }) => from > day.lastTs);
  return [
    `${instrumentId} (${symbol === null ? '' : `asked for as ${symbol}, `}${day.records.mbo} records in ${file.name}`,
    before ? `; it was ${before.symbol} until ${utcDate(before.to - 1n)}` : '',
    after ? `; it is ${after.symbol} from ${utcDate(after.from)} on` : '',
    ')',
  ].join('');
}

const listed = (names: readonly string[]) =>
  names.slice(0, MAX_NAMED).join(', ') +
  (names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : '');

function coverage(catalog: RawCatalog): string {
  const dates = catalog.tradeDates();
  return dates.length === 0
    ? 'No raw files were imported'
    : `Raw files cover trade dates from ${dates[0]} to ${dates.at(-1)}`;
}
