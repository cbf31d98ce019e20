import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { TableBatch } from '../../../graph/datasets/schema';
import { sessionOf } from '../../../graph/market/calendar';
import { simulatedSessions } from '../../../graph/stream/simulatedSessions';
import { featureSettings } from '../../../graph/settings';
import { ES } from '../../support/products';

const settings = featureSettings.parse({ bars: { seconds: 30 } });
// The second date is the first of a new contract.
const request = {
  symbol: 'ES',
  from: '2024-03-08',
  days: 2,
  events: 20_000,
  strength: 1,
  seed: 3,
  options: false,
};

describe('simulated sessions', () => {
  const sessions = [...simulatedSessions(request, settings, DATASET_GRAPH)];
  const rows = (tables: TableBatch[], name: string) => tables.find(({ contract }) => contract.name === name)!;

  it('follow one another, each of its own contract', () => {
    expect(sessions.map(({ tradeDate, contract }) => [tradeDate, contract])).toEqual([
      ['2024-03-08', 'ESH4'],
      ['2024-03-11', 'ESM4'],
    ]);
  });

  it('run from shortly before 04:00 to just after the close, with a whole book', () => {
    for (const { tradeDate, tables } of sessions) {
      const { premarketStart, rthClose } = sessionOf(tradeDate, ES);
      const { columns, rowCount } = rows(tables, 'silver.bars');
      const starts = columns.bar_start_utc as BigInt64Array;
      expect(starts[0]).toBeLessThan(premarketStart);
      expect(starts[0]).toBeGreaterThanOrEqual(premarketStart - 900_000_000_000n);
      expect(starts[rowCount - 1]).toBeGreaterThanOrEqual(rthClose - 30_000_000_000n);
      expect(new Set((columns.book_state as string[]).slice(0, rowCount))).toEqual(new Set(['live']));
    }
  });

  it('have the levels of the pre-market and of the opening range, which the data cover', () => {
    const ids = sessions.flatMap(({ tables }) => rows(tables, 'silver.levels').columns.level_id as string[]);
    expect(ids).toEqual(expect.arrayContaining(['PM_HIGH', 'PM_LOW', 'OR_HIGH', 'OR_LOW']));
    expect(ids).not.toContain('ON_HIGH');
  });

  it('have episodes whose outcomes are all known', () => {
    for (const { tables } of sessions) {
      const outcomes = rows(tables, 'gold.outcomes');
      expect(outcomes.rowCount).toBeGreaterThan(3);
      expect((outcomes.columns.outcome as (string | null)[]).slice(0, outcomes.rowCount)).not.toContain(null);
      expect(rows(tables, 'gold.vectors').rowCount).toBe(rows(tables, 'gold.episodes').rowCount);
    }
  });
});
