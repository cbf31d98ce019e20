import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { TableBatch } from '../../../graph/datasets/schema';
import { silverBars } from '../../../graph/bars/barsTable';
import { goldOutcomes } from '../../../graph/episodes/episodeTables';
import { silverLevels } from '../../../graph/levels/levelsTable';
import { knownBefore } from '../../../graph/stream/knownAt';

const known = (batch: TableBatch, until: bigint) => [
  ...knownBefore(DATASET_GRAPH.dataset(batch.contract.name).known!, batch, until, 5),
];
const times = (...at: number[]) => BigInt64Array.from(at.map(BigInt));
const table = (contract: TableBatch['contract'], columns: TableBatch['columns']): TableBatch => ({
  contract,
  columns,
  rowCount: Object.values(columns)[0].length,
});

describe('what was known before an instant', () => {
  it('is a bar that had ended', () => {
    const bars = table(silverBars, { bar_start_utc: times(0, 5, 10) });
    expect(known(bars, 10n)).toEqual([0]);
    expect(known(bars, 11n)).toEqual([0, 1]);
  });

  it('is an outcome that was decided, and never one the data cut short', () => {
    const outcomes = table(goldOutcomes, {
      end_ts: times(3, 4, 9),
      ended_by: ['horizon', 'data_end', 'close'],
    });
    expect(known(outcomes, 9n)).toEqual([0]);
    expect(known(outcomes, 10n)).toEqual([0, 2]);
  });

  it('is a level from its first instant, whenever it ends; in the order of the key, not of the ends', () => {
    const levels = table(silverLevels, {
      valid_from: times(1, 7, 1, 20),
      level_id: ['SMA_90', 'SMA_90', 'EMA_20', 'EMA_20'],
    });
    expect(known(levels, 8n)).toEqual([2, 0, 1]);
  });

  it('is told of every table a session yields', () => {
    for (const { datasets, operator } of DATASET_GRAPH.computations)
      if (operator.kind === 'session')
        for (const dataset of datasets)
          expect([dataset.name, dataset.known]).toEqual([dataset.name, expect.anything()]);
  });
});
