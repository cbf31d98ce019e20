import { tablesOf } from '../../../graph/datasets/declaration';
import type { TableBatch } from '../../../graph/datasets/schema';
import { silverBars } from '../../../graph/bars/barsTable';
import { bronzeMbo } from '../../../graph/records/bronzeTables';
import { goldOutcomes } from '../../../graph/episodes/episodeTables';
import { silverLevels } from '../../../graph/levels/levelsTable';
import { goldNormalisation } from '../../../graph/vectors/normalisationTable';
import { knownBefore, openColumns } from '../../../graph/session/knownAt';

const times = (...at: number[]) => BigInt64Array.from(at.map(BigInt));
const table = (contract: TableBatch['contract'], columns: TableBatch['columns']): TableBatch => ({
  contract,
  columns,
  rowCount: Object.values(columns)[0].length,
});

describe('what was known before an instant', () => {
  it('is a bar that had ended', () => {
    const bars = table(silverBars, { bar_start_utc: times(0, 5, 10) });
    expect([...knownBefore(bars, 10n, 5)]).toEqual([0]);
    expect([...knownBefore(bars, 11n, 5)]).toEqual([0, 1]);
  });

  it('is an outcome that was decided, and never one the data cut short', () => {
    const outcomes = table(goldOutcomes, {
      end_ts: times(3, 4, 9),
      ended_by: ['horizon', 'data_end', 'close'],
    });
    expect([...knownBefore(outcomes, 9n, 5)]).toEqual([0]);
    expect([...knownBefore(outcomes, 10n, 5)]).toEqual([0, 2]);
  });

  it('is a level from its first instant, whenever it ends; in the order of the key, not of the ends', () => {
    const levels = table(silverLevels, {
      valid_from: times(1, 7, 1, 20),
      level_id: ['SMA_90', 'SMA_90', 'EMA_20', 'EMA_20'],
    });
    expect([...knownBefore(levels, 8n, 5)]).toEqual([2, 0, 1]);
    expect(openColumns('silver.levels')).toEqual(['valid_to']);
    expect(openColumns('silver.bars')).toEqual([]);
  });

  it('is told of every table a session yields', () => {
    // Normalisation is of earlier sessions: it enters a session, and does not come out of it.
    for (const contract of [...tablesOf('silver'), ...tablesOf('gold')])
      if (contract !== goldNormalisation) expect(() => openColumns(contract.name)).not.toThrow();
    expect(() => openColumns(bronzeMbo.name)).toThrow('bronze.mbo');
  });
});
