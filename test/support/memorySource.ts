/** A market in memory, for a gateway to serve. */
import { encodeRecord, type StoredRecord } from '../../graph/dbn';
import type { MarketSource, RecordBlock } from '../../workers/databento/gateway/source';

const timeOf = (record: StoredRecord): bigint => ('tsRecv' in record ? record.tsRecv : record.tsEvent);

function blockOf(records: readonly StoredRecord[]): RecordBlock {
  const encoded = records.map((record) => encodeRecord(record));
  const offsets = Uint32Array.from({ length: records.length + 1 });
  encoded.forEach((bytes, k) => (offsets[k + 1] = offsets[k] + bytes.length));
  return {
    bytes: new Uint8Array(Buffer.concat(encoded)),
    count: records.length,
    offsets,
    times: BigUint64Array.from(records, timeOf),
  };
}

/** Records of version 3 in order of time; MBO and definitions are served, of ESH4 (17077) and NQH4 (5). */
export const memorySource = (records: readonly StoredRecord[], perBlock = 7): MarketSource => ({
  dataset: 'GLBX.MDP3',
  schemas: new Set(['mbo', 'definition']),
  symbols: [
    { instrumentId: 17077, symbol: 'ESH4', from: 0n, to: 2n ** 63n },
    { instrumentId: 5, symbol: 'NQH4', from: 0n, to: 2n ** 63n },
  ],
  async *blocks() {
    for (let at = 0; at < records.length; at += perBlock) yield blockOf(records.slice(at, at + perBlock));
  },
});
