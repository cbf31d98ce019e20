/** The option rows of a contract-date's Bronze, as the operators take them. */
import type { Row, TableContract } from '../../graph/datasets/schema';
import { bronzeDefinitions, definitionOf } from '../../graph/records/definitionsTable';
import { bronzeOptionTrades, optionTradeOf } from '../../graph/records/optionTradesTable';
import { bronzeStatistics, statisticOf } from '../../graph/records/statisticsTable';
import type { OptionRows } from '../../graph/session/optionReplay';
import type { Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';

export async function readOptions(
  lake: Lake,
  partition: Partition,
  signal: AbortSignal,
): Promise<OptionRows> {
  const read = async <Kind>(contract: TableContract, of: (row: Row) => Kind): Promise<Kind[]> =>
    (await lake.table(contract).readRows({ partition, signal })).map(of);
  return {
    definitions: await read(bronzeDefinitions, definitionOf),
    statistics: await read(bronzeStatistics, statisticOf),
    trades: await read(bronzeOptionTrades, optionTradeOf),
  };
}
