/**
 * Lifts records of versions 1 and 2 into the shape of version 3, as Databento's own clients do by default.
 */
import { UNDEF_PRICE } from '../records/mbo';
import { UNDEF_STAT_QUANTITY, UNDEF_STAT_QUANTITY_32 } from './constants';
import type { DbnVersion } from './constants';
import type { DbnMetadata } from './metadata';
import { layoutOf } from './records';
import type { DbnRecord, StoredRecord } from './records';

/** A code or symbology type that is undefined. */
const UNSET = 0xff;

/** Fields of version 3 that older definitions lack: they have no legs. */
const NO_LEG = {
  legPrice: UNDEF_PRICE,
  legDelta: UNDEF_PRICE,
  legInstrumentId: 0,
  legRatioPriceNumerator: 0,
  legRatioPriceDenominator: 0,
  legRatioQtyNumerator: 0,
  legRatioQtyDenominator: 0,
  legUnderlyingId: 0,
  legCount: 0,
  legIndex: 0,
  legRawSymbol: '',
  legInstrumentClass: '\0',
  legSide: 'N',
};

/** Version 1 gateways sent no codes; they are read off the text. */
const SYSTEM_CODES: [RegExp, number][] = [
  [/^Heartbeat/, 0],
  [/^Subscription request .* succeeded/, 1],
  [/^Warning: slow reading/, 2],
  [/^Finished .* replay/, 3],
  [/^End of interval for /, 4],
];
const ERROR_CODES: [RegExp, number][] = [
  [/^Authentication failed/, 1],
  [/^User or API key deactivated/, 2],
  [/^User has reached their open connection limit/, 3],
  [/^Failed to resolve symbol/, 4],
  [/^Internal error/, 6],
  [/^Slow client detected for /, 7],
];
const codeOf = (codes: [RegExp, number][], text: string) =>
  codes.find(([pattern]) => pattern.test(text))?.[1] ?? UNSET;

/** Values for the fields version 3 has and `record` lacks or holds in a narrower type. */
function additions(record: StoredRecord): Record<string, unknown> {
  switch (record.type) {
    case 'definition':
      return { ...NO_LEG, rawInstrumentId: BigInt(record.rawInstrumentId) };
    case 'statistics':
      return {
        quantity: record.quantity === UNDEF_STAT_QUANTITY_32 ? UNDEF_STAT_QUANTITY : BigInt(record.quantity),
      };
    case 'symbol-mapping':
      return { stypeIn: UNSET, stypeOut: UNSET };
    case 'system':
      return { code: codeOf(SYSTEM_CODES, record.msg) };
    case 'error':
      return { code: codeOf(ERROR_CODES, record.err), isLast: UNSET };
    default:
      return {};
  }
}

/**
 * A record of any version as version 3 has it. Fields version 3 dropped are left out; what it added is set to
 * undefined.
 * @param version the version `record` was stored in
 */
export function upgradeRecord(record: StoredRecord, version: DbnVersion): DbnRecord {
  const before = layoutOf(record.type, version);
  const after = layoutOf(record.type, 3);
  if (before === after) return record as DbnRecord;
  const { type, publisherId, instrumentId, tsEvent, tsOut } = record;
  const upgraded: Record<string, unknown> = { type, publisherId, instrumentId, tsEvent };
  const known: Record<string, unknown> = { ...additions(record), ...pickSame(record, version) };
  for (const name in after.fields) if (name in known) upgraded[name] = known[name];
  if (tsOut !== undefined) upgraded.tsOut = tsOut;
  return upgraded as unknown as DbnRecord;
}

/** The fields that `record` already holds in version 3's type. */
function pickSame(record: StoredRecord, version: DbnVersion): Record<string, unknown> {
  const before = layoutOf(record.type, version).fields;
  const after = layoutOf(record.type, 3).fields;
  const values = record as unknown as Record<string, unknown>;
  const widened = (name: string) =>
    after[name]?.bytes !== before[name].bytes && typeof values[name] !== 'string';
  return Object.fromEntries(
    Object.keys(before)
      .filter((name) => name in values && !widened(name))
      .map((name) => [name, values[name]]),
  );
}

/** The metadata of a file whose records are upgraded to version 3. */
export const upgradeMetadata = (metadata: DbnMetadata): DbnMetadata => ({ ...metadata, version: 3 });
