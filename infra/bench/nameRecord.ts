/** That an instrument has a name, as a gateway says it before the first record of it. */
import { mappingRecord } from '../../workers/databento/gateway/controlRecords';

export const nameRecord = (instrumentId: number, symbol: string): Uint8Array =>
  mappingRecord(symbol, 'raw_symbol', { instrumentId, symbol, from: 0n, to: 1n }, 0n);
