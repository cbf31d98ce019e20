/** The option rows of a contract-date's Bronze, as the operators take them. */
import { bronzeDefinitions, bronzeOptionTrades, bronzeStatistics } from '../../graph/records/bronzeTables';
import type { OptionRows } from '../../graph/session/optionReplay';
import type { Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';

export async function readOptions(
  lake: Lake,
  partition: Partition,
  signal: AbortSignal,
): Promise<OptionRows> {
  const rowsOf = (contract: Parameters<Lake['table']>[0]) =>
    lake.table(contract).readRows({ partition, signal });
  const definitions = await rowsOf(bronzeDefinitions);
  const statistics = await rowsOf(bronzeStatistics);
  const trades = await rowsOf(bronzeOptionTrades);
  return {
    definitions: definitions.map((row) => ({
      tsRecv: row.ts_recv as bigint,
      instrumentId: Number(row.instrument_id),
      symbol: row.symbol as string,
      instrumentClass: row.instrument_class as string,
      underlying: row.underlying as string,
      strikePrice: row.strike_price as bigint | null,
      expiration: row.expiration as bigint | null,
    })),
    statistics: statistics.map((row) => ({
      tsRecv: row.ts_recv as bigint,
      instrumentId: Number(row.instrument_id),
      statType: row.stat_type as number,
      tsRef: row.ts_ref as bigint | null,
      price: row.price as bigint | null,
      quantity: row.quantity as bigint | null,
      updateAction: row.update_action as number,
    })),
    trades: trades.map((row) => ({
      tsRecv: row.ts_recv as bigint,
      tsEvent: row.ts_event as bigint,
      instrumentId: Number(row.instrument_id),
      price: row.price as bigint,
      size: Number(row.size),
      side: row.side as string,
    })),
  };
}
