/**
 * The JSON form of an order message, an event each, for consumers that read no DBN. Times are ns UTC as whole numbers of 19 digits, which
 * readers of JSON that know only doubles round; the price is exact, in points.
 */
import { z } from 'zod';
import { UNDEF_TIMESTAMP } from '../dbn/constants';
import type { DbnRecord } from '../dbn/records';
import { decimalPrice } from '../dbn/text';
import { futureSymbol } from '../products/symbols';

/** Whole numbers of 64 bits, which are no safe integers everywhere. */
const long = z.number().meta({ type: 'integer', format: 'int64' });

/** Version of the schema: a field that changes its meaning makes another. */
export const ENVELOPE_VERSION = 1;

export const envelope = z
  .strictObject({
    event_time: long.meta({ description: 'ts_event, ns UTC' }),
    ingest_time: long.meta({ description: 'when the feed sent it, ns UTC' }),
    venue: z.string().describe('dataset, such as GLBX.MDP3'),
    symbol: z.string().describe('raw symbol, such as ESH4'),
    instrument_type: z.enum(['FUT', 'OPT', 'STK']),
    underlier: z.string().describe('product, such as ES; the symbol where it has none'),
    contract_id: z.string().describe('the same as symbol'),
    action: z
      .enum(['A', 'C', 'M', 'R', 'T', 'F', 'N'])
      .describe('add, cancel, modify, clear, trade, fill, none'),
    order_id: long,
    side: z.enum(['A', 'B', 'N']).describe('ask, bid, none'),
    price: z.number().nullable().describe('points; null where undefined'),
    size: z.int().nonnegative().describe('lots'),
    sequence: z.int().nonnegative().describe("the venue's"),
    payload: z
      .string()
      .describe(
        'JSON: instrument_id, publisher_id, ts_recv (ns UTC, text), flags, channel_id, ts_in_delta (ns)',
      ),
  })
  .meta({ title: `mbo_raw, version ${ENVELOPE_VERSION}`, description: 'An order message, as JSON' });

/** The JSON Schema of an envelope. */
export const envelopeSchema = (): object => z.toJSONSchema(envelope);

const price = (fixed: bigint): string => decimalPrice(fixed) ?? 'null';

/**
 * @param instrument its raw symbol, and the contract its records go under
 * @param sentAt ns UTC
 */
export function envelopeText(
  record: DbnRecord<'mbo'>,
  instrument: { symbol: string; contract: string },
  dataset: string,
  sentAt: bigint,
): string {
  const { symbol, contract } = instrument;
  const options = contract !== symbol;
  const { tsRecv, flags, channelId, tsInDelta, instrumentId, publisherId } = record;
  const payload = {
    instrument_id: instrumentId,
    publisher_id: publisherId,
    ts_recv: tsRecv === UNDEF_TIMESTAMP ? null : String(tsRecv),
    flags,
    channel_id: channelId,
    ts_in_delta: tsInDelta,
  };
  const text = (value: string) => JSON.stringify(value);
  // By hand: numbers of 64 bits have all their digits.
  const fields = [
    `"event_time":${record.tsEvent}`,
    `"ingest_time":${sentAt}`,
    `"venue":${text(dataset)}`,
    `"symbol":${text(symbol)}`,
    `"instrument_type":"${options ? 'OPT' : 'FUT'}"`,
    `"underlier":${text(options ? contract.replace(/\.OPT$/, '') : underlierOf(symbol))}`,
    `"contract_id":${text(symbol)}`,
    `"action":${text(record.action)}`,
    `"order_id":${record.orderId}`,
    `"side":${text(record.side)}`,
    `"price":${price(record.price)}`,
    `"size":${record.size}`,
    `"sequence":${record.sequence}`,
    `"payload":${text(JSON.stringify(payload))}`,
  ];
  return `{${fields.join(',')}}`;
}

const underlierOf = (symbol: string): string => futureSymbol(symbol)?.root ?? symbol;
